//! A sweep: every association of a student in the institution's course and programme offerings, expanded and read.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::pages::Rows;
use super::{Client, Failure, Fetch, encoded};
use crate::association::Association;
use crate::date::Date;
use crate::merge_patch;
use crate::read::{self, Quarantine};

/// What to look at.
#[derive(Clone, Debug, Default)]
pub struct Sweep {
    /// Only results in this state (`completed`): cheaper, but blind to results that leave it.
    pub only_completed: bool,
    /// Leave out offerings that ended before this day.
    pub ended_since: Option<Date>,
}

/// What a sweep brought. No `Debug`: it holds personal data.
#[derive(Default)]
pub struct Run {
    /// Every association once, in the order in which they were first seen.
    pub associations: Vec<Association>,
    /// Rows that could not be read; the others go on.
    pub quarantined: Vec<Quarantine>,
    /// Why it stopped early. Then nothing may be concluded from what is not here.
    pub failed: Option<Failure>,
}

/// An association with a patch laid over it. No `Debug`: it holds personal data.
pub struct Patched {
    /// What it is with the patch.
    pub association: Result<Association, Quarantine>,
    /// The digest of what the source itself has; nothing when that cannot be read.
    pub at_source: Option<[u8; 32]>,
}

/// Objects that many associations share, fetched once per sweep. `None`: the source does not have it.
#[derive(Default)]
struct Known {
    persons: HashMap<String, Option<Value>>,
    catalogue: HashMap<String, Option<Value>>,
}

impl<F: Fetch> Client<'_, F> {
    /// Walks root organisation, offerings and their associations, by v5's own endpoints only.
    pub async fn sweep(&self, sweep: &Sweep) -> Run {
        let mut run = Run::default();
        let mut known = Known::default();
        if let Err(failure) = self.sweep_into(sweep, &mut known, &mut run).await {
            // A login page means that nothing of this run can be trusted (security.md A7: 0 changes).
            if failure == Failure::ContentType {
                run.associations.clear();
                run.quarantined.clear();
            }
            run.failed = Some(failure);
        }
        run
    }

    /// One association, expanded and read, such as after a push.
    ///
    /// # Errors
    /// [`Failure`] when there is no sound answer.
    pub async fn association(&self, id: &str) -> Result<Result<Association, Quarantine>, Failure> {
        Ok(self.association_with(id, &Value::Object(Map::new())).await?.association)
    }

    /// The same with a merge patch laid over what the source has: a result that was pushed to us.
    ///
    /// # Errors
    /// [`Failure`] when there is no sound answer.
    pub async fn association_with(&self, id: &str, patch: &Value) -> Result<Patched, Failure> {
        let mut known = Known::default();
        let mut value = self.object(&format!("/associations/{}?expand=person,offering", encoded(id))).await?;
        // A source may take `expand` for a hint and still answer with ids.
        if let Value::Object(members) = &mut value {
            self.expand(members, "person", "personId", "/persons", &mut known.persons).await?;
            self.expand(members, "offering", "offeringId", "/offerings", &mut known.catalogue).await?;
        }
        if let Some(Value::Object(offering)) = value.get_mut("offering") {
            self.expand_offering(offering, &mut known).await?;
        }
        let at_source = read::association(value.clone()).ok().and_then(|association| association.digest().ok());
        merge_patch::apply(&mut value, patch);
        Ok(Patched { association: read::association(value), at_source })
    }

    async fn sweep_into(&self, sweep: &Sweep, known: &mut Known, run: &mut Run) -> Result<(), Failure> {
        let mut seen = HashSet::new();
        for offering in self.offerings(sweep, known).await? {
            let Some(id) = offering.get("offeringId").and_then(Value::as_str) else { return Err(Failure::Shape) };
            let only = if sweep.only_completed { "&result-state=completed" } else { "" };
            let rows = self.rows(&format!("/offerings/{}/associations?role=student{only}", encoded(id))).await;
            self.keep(rows.items, &offering, known, &mut seen, run).await?;
            rows.failed.map_or(Ok(()), Err)?;
        }
        Ok(())
    }

    async fn offerings(&self, sweep: &Sweep, known: &mut Known) -> Result<Vec<Value>, Failure> {
        let mut offerings = Vec::new();
        for root in whole(self.rows("/organizations?organizationType=root").await)? {
            let Some(id) = root.get("organizationId").and_then(Value::as_str).map(str::to_owned) else { return Err(Failure::Shape) };
            let path = format!("/organizations/{}", encoded(&id));
            known.catalogue.insert(path.clone(), Some(root));
            offerings.extend(whole(self.rows(&format!("{path}/offerings")).await)?);
        }
        offerings.retain(|offering| wanted(offering, sweep));
        for offering in &mut offerings {
            if let Value::Object(members) = offering {
                self.expand_offering(members, known).await?;
            }
        }
        Ok(offerings)
    }

    async fn keep(
        &self,
        rows: Vec<Value>,
        offering: &Value,
        known: &mut Known,
        seen: &mut HashSet<String>,
        run: &mut Run,
    ) -> Result<(), Failure> {
        for mut row in rows {
            let Value::Object(members) = &mut row else { return Err(Failure::Shape) };
            self.expand(members, "person", "personId", "/persons", &mut known.persons).await?;
            members.insert("offering".to_owned(), offering.clone());
            match read::association(row) {
                // The same result on two pages is one result (security.md A4).
                Ok(association) if !seen.insert(association.id.clone()) => {}
                Ok(association) => run.associations.push(association),
                Err(quarantine) => run.quarantined.push(quarantine),
            }
        }
        Ok(())
    }

    async fn expand_offering(&self, members: &mut Map<String, Value>, known: &mut Known) -> Result<(), Failure> {
        for (name, id, path) in [
            ("course", "courseId", "/courses"),
            ("program", "programId", "/programs"),
            ("organization", "organizationId", "/organizations"),
            ("academicSession", "academicSessionId", "/academic-sessions"),
        ] {
            self.expand(members, name, id, path, &mut known.catalogue).await?;
        }
        Ok(())
    }

    /// Puts the object in the place of its id; leaves it when it is there already, or when the source does not have it.
    async fn expand(
        &self,
        members: &mut Map<String, Value>,
        name: &str,
        id: &str,
        path: &str,
        known: &mut HashMap<String, Option<Value>>,
    ) -> Result<(), Failure> {
        let id = match members.get(name) {
            Some(Value::String(id)) => id.clone(),
            Some(Value::Object(object)) if object.len() == 1 => match object.get(id).and_then(Value::as_str) {
                Some(id) => id.to_owned(),
                None => return Ok(()),
            },
            _ => return Ok(()),
        };
        let path = format!("{path}/{}", encoded(&id));
        if !known.contains_key(&path) {
            let value = self.object_if_there(&path).await?;
            known.insert(path.clone(), value);
        }
        if let Some(Some(value)) = known.get(&path) {
            members.insert(name.to_owned(), value.clone());
        }
        Ok(())
    }
}

fn whole(rows: Rows) -> Result<Vec<Value>, Failure> {
    match rows.failed {
        Some(failure) => Err(failure),
        None => Ok(rows.items),
    }
}

fn wanted(offering: &Value, sweep: &Sweep) -> bool {
    let Some(since) = &sweep.ended_since else { return true };
    let ends = ["endDate", "endDateTime"].iter().find_map(|name| offering.get(*name)).and_then(Value::as_str).and_then(Date::parse);
    ends.is_none_or(|end| end >= *since)
}
