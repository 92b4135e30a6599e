//! The sandbox peers of the demo: eduID, the institutions' OOAPI, the FII portal, a badge platform and a mail server.

use http::Shutdown;
use sandbox::{
    BadgePlatform, BadgesSettings, Client, EduidProvider, EduidSettings, FiiPortal, FiiSettings, Institutions, InstitutionsSettings,
    MailServer, ProviderKeys,
};
use tokio::net::TcpListener;

use super::DemoError;
use super::plan::Plan;

/// The peers, ready to be served.
pub(super) struct Peers {
    eduid: EduidProvider,
    institutions: Institutions,
    fii: FiiPortal,
    badges: BadgePlatform,
    mail: MailServer,
}

impl Peers {
    pub(super) async fn new(plan: &Plan) -> Result<Self, DemoError> {
        let wallet = Client::new("wallet", &plan.wallet_secret, "wallet", &[&plan.wallet.at("/auth/callback")]);
        let institutions = plan.institutions.iter().map(|institution| {
            Client::new(&institution.eduid_client, &institution.eduid_secret, institution.slug, &[&plan.callback(institution.slug)])
        });
        let eduid = EduidProvider::new(EduidSettings {
            issuer: plan.eduid.to_string(),
            clients: std::iter::once(wallet).chain(institutions).collect(),
            keys: ProviderKeys::generate()?,
            world: plan.world.clone(),
            clock: plan.peer_clock(),
            random: plan.random.clone(),
        });
        let institutions = Institutions::new(InstitutionsSettings {
            origin: plan.ooapi.to_string(),
            world: plan.world.clone(),
            clock: plan.peer_clock(),
            random: plan.random.clone(),
        });
        let fii = FiiPortal::new(FiiSettings {
            origin: plan.fii.to_string(),
            verifier: plan.verifier.to_string(),
            api_key: plan.organisation("fii-portaal").map(|portal| portal.api_key.clone()).unwrap_or_default(),
            clock: plan.peer_clock(),
            random: plan.random.clone(),
        });
        let badges = BadgePlatform::new(BadgesSettings {
            origin: plan.badges.to_string(),
            wallet: plan.wallet.to_string(),
            clock: plan.peer_clock(),
            random: plan.random.clone(),
        })?;
        let mail = MailServer::start().await.map_err(|source| DemoError::Bind { port: 0, source })?;
        Ok(Self { eduid, institutions, fii, badges, mail })
    }

    /// The institutions' server, for its addresses.
    pub(super) fn institutions(&self) -> &Institutions {
        &self.institutions
    }

    /// Where the mail server takes mail, on this machine.
    pub(super) fn mail_port(&self) -> u16 {
        self.mail.port()
    }

    /// Serves all of them until it is time to stop.
    pub(super) fn serve(&self, listeners: [TcpListener; 5], stop: &Shutdown) {
        let routers = [self.eduid.router(), self.institutions.router(), self.fii.router(), self.badges.router(), self.mail.router()];
        for (listener, router) in listeners.into_iter().zip(routers) {
            let stop = stop.clone();
            tokio::spawn(async move {
                if let Err(error) = http::serve::serve(listener, router, stop).await {
                    tracing::error!(cause = %error, "a sandbox peer stopped");
                }
            });
        }
    }
}
