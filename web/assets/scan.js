// The camera on the scan page, and photos made smaller before they are sent. Without this the page's two forms do the work.
const link = document.getElementById("by-link");
const photo = document.getElementById("by-photo");
const LONGEST = 2000;

/** A picture as a JPEG of at most so many pixels a side; what is around the pixels of a photo stays behind. */
async function jpeg(source, width, height, longest, quality) {
  const scale = Math.min(1, longest / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.getContext("2d").drawImage(source, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
}

for (const input of photo.querySelectorAll("input[type=file]")) {
  input.addEventListener("change", () => input.files.length > 0 && photo.requestSubmit());
}

photo.addEventListener("submit", async (event) => {
  const input = [...photo.querySelectorAll("input[type=file]")].find(({ files }) => files.length > 0);
  if (!input || photo.dataset.made) return;
  event.preventDefault();
  photo.dataset.made = "yes";
  try {
    const picture = await createImageBitmap(input.files[0]);
    const { size, type } = input.files[0];
    if (Math.max(picture.width, picture.height) > LONGEST || size > 2 ** 21 || !/^image\/(jpeg|png|webp)$/.test(type)) {
      const blob = await jpeg(picture, picture.width, picture.height, LONGEST, 0.9);
      const files = new DataTransfer();
      files.items.add(new File([blob], "photo.jpg", { type: blob.type }));
      input.files = files.files;
    }
  } catch {
    // The server says what is wrong with it.
  }
  photo.submit();
});

// Back with the browser's button: the form works again.
addEventListener("pageshow", () => delete photo.dataset.made);

const camera = document.getElementById("camera");
const video = camera.querySelector("video");
const button = camera.querySelector("button");
const says = camera.querySelector("[data-says]");
/** The longest that a camera looks, in milliseconds. */
const LOOKS = 60_000;
let stream = null;

async function detector() {
  try {
    const formats = await globalThis.BarcodeDetector.getSupportedFormats();
    return formats.includes("qr_code") ? new globalThis.BarcodeDetector({ formats: ["qr_code"] }) : null;
  } catch {
    return null;
  }
}

/** Of the codes that the browser sees the one for a wallet, else any. */
function wallets(codes) {
  const texts = codes.map(({ rawValue }) => rawValue);
  return texts.find((text) => /^[a-z0-9-]*(openid|haip)|[?&](credential_offer|client_id|request)/.test(text)) ?? texts[0];
}

/** Asks the server for the code in what the camera sees now. */
async function asked() {
  const form = new FormData();
  form.append("csrf", link.elements.csrf.value);
  form.append("photo", await jpeg(video, video.videoWidth, video.videoHeight, 1000, 0.8), "frame.jpg");
  const answer = await fetch(camera.dataset.frame, { method: "POST", body: form });
  return answer.ok ? (await answer.json()).text : null;
}

function stop(message) {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
  video.srcObject = null;
  video.hidden = true;
  button.textContent = camera.dataset.on;
  says.textContent = message;
}

async function start(own) {
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: "environment", width: { ideal: 1280 } } });
  } catch (error) {
    return stop(error.name === "NotFoundError" ? camera.dataset.none : camera.dataset.refused);
  }
  const mine = stream;
  video.srcObject = mine;
  video.hidden = false;
  button.textContent = camera.dataset.off;
  says.textContent = camera.dataset.looking;
  await video.play();
  for (const end = Date.now() + LOOKS; Date.now() < end; ) {
    await new Promise((resolve) => setTimeout(resolve, own ? 150 : 1000));
    if (stream !== mine) return undefined;
    const text = await (own ? own.detect(video).then(wallets) : asked()).catch(() => null);
    if (stream !== mine) return undefined;
    if (!text) continue;
    stop(camera.dataset.found);
    link.elements.link.value = text;
    link.elements.came.value = "camera";
    return link.requestSubmit();
  }
  return stop(camera.dataset.givenUp);
}

if (navigator.mediaDevices?.getUserMedia) {
  const own = await detector();
  camera.querySelector(own ? "[data-own]" : "[data-sent]").hidden = false;
  camera.hidden = false;
  button.addEventListener("click", () => (stream ? stop("") : start(own)));
  document.addEventListener("visibilitychange", () => document.visibilityState !== "visible" && stream && stop(""));
}
