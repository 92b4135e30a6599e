//! Compressed points of P-256, which `did:key` uses and the crypto engine does not open up. Public data only.

/// A number of 256 bits, least significant limb first.
type N = [u64; 4];

/// The field prime `2^256 - 2^224 + 2^192 + 2^96 - 1`.
const P: N = [0xffff_ffff_ffff_ffff, 0x0000_0000_ffff_ffff, 0, 0xffff_ffff_0000_0001];
/// `b` of the curve `y^2 = x^3 - 3x + b`.
const B: N = [0x3bce_3c3e_27d2_604b, 0x651d_06b0_cc53_b0f6, 0xb3eb_bd55_7698_86bc, 0x5ac6_35d8_aa3a_93e7];
/// `(P + 1) / 4`: raising to it takes a square root, because `P` is 3 modulo 4.
const ROOT: N = [0, 0x0000_0000_4000_0000, 0x4000_0000_0000_0000, 0x3fff_ffff_c000_0000];

/// SEC 1 compressed form of a point.
pub(super) fn compress(x: &[u8; 32], y: &[u8; 32]) -> Vec<u8> {
    let odd = y.last().is_some_and(|last| last & 1 == 1);
    [&[if odd { 3 } else { 2 }], x.as_slice()].concat()
}

/// Coordinates of a point in SEC 1 compressed form; `None` when it is not on the curve.
pub(super) fn decompress(point: &[u8]) -> Option<([u8; 32], [u8; 32])> {
    let (sign, x) = point.split_first()?;
    let odd = match sign {
        2 => false,
        3 => true,
        _ => return None,
    };
    let x: [u8; 32] = x.try_into().ok()?;
    let at = from_bytes(&x);
    if !less(&at, &P) {
        return None;
    }
    let cube = mul(&mul(&at, &at), &at);
    let square = add(&sub(&cube, &add(&add(&at, &at), &at)), &B);
    let mut y = pow(&square, &ROOT);
    if mul(&y, &y) != square {
        return None;
    }
    if (y.first()? & 1 == 1) != odd {
        y = sub(&[0; 4], &y);
    }
    Some((x, to_bytes(&y)))
}

fn from_bytes(bytes: &[u8; 32]) -> N {
    let mut out = [0; 4];
    for (limb, chunk) in out.iter_mut().rev().zip(bytes.chunks(8)) {
        *limb = chunk.iter().fold(0, |n, byte| (n << 8) | u64::from(*byte));
    }
    out
}

fn to_bytes(n: &N) -> [u8; 32] {
    let mut out = [0; 32];
    for (to, byte) in out.iter_mut().zip(n.iter().rev().flat_map(|limb| limb.to_be_bytes())) {
        *to = byte;
    }
    out
}

fn less(a: &N, b: &N) -> bool {
    a.iter().rev().lt(b.iter().rev())
}

/// `a + b` and the carry.
fn wide_add(a: &N, b: &N) -> (N, bool) {
    let (mut out, mut carry) = (*a, false);
    for (limb, other) in out.iter_mut().zip(b) {
        let (sum, first) = limb.overflowing_add(*other);
        let (sum, second) = sum.overflowing_add(u64::from(carry));
        (*limb, carry) = (sum, first || second);
    }
    (out, carry)
}

/// `a - b` modulo 2^256 and the borrow.
fn wide_sub(a: &N, b: &N) -> (N, bool) {
    let (mut out, mut borrow) = (*a, false);
    for (limb, other) in out.iter_mut().zip(b) {
        let (rest, first) = limb.overflowing_sub(*other);
        let (rest, second) = rest.overflowing_sub(u64::from(borrow));
        (*limb, borrow) = (rest, first || second);
    }
    (out, borrow)
}

fn add(a: &N, b: &N) -> N {
    let (sum, carry) = wide_add(a, b);
    if carry || !less(&sum, &P) { wide_sub(&sum, &P).0 } else { sum }
}

fn sub(a: &N, b: &N) -> N {
    let (rest, borrow) = wide_sub(a, b);
    if borrow { wide_add(&rest, &P).0 } else { rest }
}

/// The bits of a number, most significant first.
fn bits(n: &N) -> impl Iterator<Item = bool> {
    n.iter().rev().flat_map(|limb| (0..64).rev().map(move |at| (limb >> at) & 1 == 1))
}

/// Product by doubling and adding: slow and plain, for a key that is read once.
fn mul(a: &N, b: &N) -> N {
    bits(b).fold([0; 4], |sum, bit| {
        let doubled = add(&sum, &sum);
        if bit { add(&doubled, a) } else { doubled }
    })
}

fn pow(base: &N, exponent: &N) -> N {
    bits(exponent).fold([1, 0, 0, 0], |product, bit| {
        let squared = mul(&product, &product);
        if bit { mul(&squared, base) } else { squared }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{Algorithm, PublicKey, SigningKey};

    #[test]
    fn compressing_and_back() {
        for _ in 0..4 {
            let jwk = SigningKey::generate(Algorithm::Es256).unwrap().public_jwk().unwrap();
            let PublicKey::P256 { x, y } = jwk.key() else { panic!("not P-256") };
            assert_eq!(decompress(&compress(x, y)), Some((*x, *y)));
        }
    }

    #[test]
    fn refuses_what_is_not_on_the_curve() {
        assert_eq!(decompress(&[[2].as_slice(), &[0xff; 32]].concat()), None);
        let off = (0u8..=255).filter(|last| decompress(&[[2].as_slice(), &[0; 31], &[*last]].concat()).is_none()).count();
        assert!((64..192).contains(&off), "about half of all x have no point, {off}");
        assert_eq!(decompress(&[4; 33]), None);
        assert_eq!(decompress(&[2; 32]), None);
    }
}
