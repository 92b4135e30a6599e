//! Persons as one institution knows them: found by keyed values of the eduID it sees and of its own person id.

use model::{Timestamp, id};

use crate::{IssuerTx, Result, args, statements};

statements! {
    INSERT_PERSON = "INSERT INTO person (id, institution, eduid, source, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    FIND_BY_EDUID = "SELECT id FROM person WHERE institution = $1 AND eduid = $2";
    FIND_BY_SOURCE = "SELECT id, eduid FROM person WHERE institution = $1 AND source = $2";
    LINK_EDUID = "UPDATE person SET eduid = $2 WHERE id = $1 AND eduid IS NULL";
}

/// The domain of the blind index over the eduIDs that an institution sees.
fn eduid_domain(institution: &str) -> String {
    format!("person.eduid/{institution}")
}

impl IssuerTx {
    /// The person with this eduID at this institution, if it knows one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_person(&mut self, institution: &str, eduid: &str) -> Result<Option<String>> {
        let eduid = self.blind_index(&eduid_domain(institution), eduid);
        self.optional(FIND_BY_EDUID, args![institution, eduid]).await?.map(|row| row.text("id")).transpose()
    }

    /// The person of an eduID, made when the institution has none yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn person_of_eduid(&mut self, institution: &str, eduid: &str, now: Timestamp) -> Result<String> {
        if let Some(found) = self.find_person(institution, eduid).await? {
            return Ok(found);
        }
        let blind = self.blind_index(&eduid_domain(institution), eduid);
        self.insert_person(institution, Some(blind), None, now).await?;
        self.find_person(institution, eduid).await?.ok_or(crate::StorageError::Conflict)
    }

    /// The person with this id at the source. An eduID that came with it is linked, unless it belongs to a person already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn person_of_source(&mut self, institution: &str, source: &str, eduid: Option<&str>, now: Timestamp) -> Result<String> {
        if let Some(eduid) = eduid
            && let Some(found) = self.find_person(institution, eduid).await?
        {
            return Ok(found);
        }
        let blind = self.blind_index(&format!("person.source/{institution}"), source);
        let eduid = eduid.map(|eduid| self.blind_index(&eduid_domain(institution), eduid));
        if let Some(row) = self.optional(FIND_BY_SOURCE, args![institution, &blind]).await? {
            let id = row.text("id")?;
            let known = row.opt_blob("eduid")?;
            return match eduid {
                Some(eduid) if known.is_none() => {
                    self.execute(LINK_EDUID, args![&id, eduid]).await?;
                    Ok(id)
                }
                // The source moved this id to another eduID: another person, so never the old one's row.
                Some(eduid) if known.as_ref() != Some(&eduid) => self.insert_person(institution, Some(eduid), None, now).await,
                _ => Ok(id),
            };
        }
        self.insert_person(institution, eduid, Some(blind), now).await
    }

    async fn insert_person(
        &mut self,
        institution: &str,
        eduid: Option<Vec<u8>>,
        source: Option<Vec<u8>>,
        now: Timestamp,
    ) -> Result<String> {
        let id = id::row_id(now, self.random());
        self.execute(INSERT_PERSON, args![&id, institution, eduid.clone(), source.clone(), now]).await?;
        // Somebody else may have been first: then theirs is the row.
        let found = match (eduid, source) {
            (Some(eduid), _) => self.optional(FIND_BY_EDUID, args![institution, eduid]).await?,
            (None, Some(source)) => self.optional(FIND_BY_SOURCE, args![institution, source]).await?,
            (None, None) => None,
        };
        found.map_or(Ok(id), |row| row.text("id"))
    }
}
