//! Recorded traffic of a real server (`fixtures/wire`, made by `scripts/record-wire`).

use std::collections::HashMap;
use std::marker::PhantomData;
use std::path::Path;

use serde_json::value::RawValue;
use serde_json::{Map as Members, Value as Json, json};

use super::super::update::{apply, differences};
use crate::ovsdb::lab::LabDatabase;
use crate::ovsdb::monitor::{Beginning, Method, Report};
use crate::ovsdb::table::Database;
use crate::ovsdb::wire::Message;
use crate::vswitch::OpenVSwitchDatabase;

#[test]
fn every_property_holds_for_recorded_traffic() {
    for (name, messages) in recorded() {
        assert!(!messages.is_empty(), "{name}");
        super::super::framing(messages.concat().as_bytes());
        for message in &messages {
            let parsed = Message::parse(message.as_bytes());
            assert!(parsed.is_ok(), "{name}: {parsed:?}");
            super::super::message(message.as_bytes());
            for_each_value(&serde_json::from_str(message).unwrap(), &mut |json| {
                let text = json.to_string();
                super::super::datum(text.as_bytes());
                super::super::outcome(text.as_bytes());
                if json.is_object() && text.len() < 2_000 {
                    super::super::update(text.as_bytes());
                }
                if json.get("tables").is_some() {
                    super::super::schema(text.as_bytes());
                }
            });
        }
    }
}

/// What is monitored is at any time what a select of everything shows.
#[test]
fn recorded_monitors_lead_to_what_is_selected() {
    let recorded: HashMap<_, _> = recorded().into_iter().collect();
    for name in ["monitor", "monitor-cond", "monitor-cond-since"] {
        let requests = recorded[&format!("{name}.client")].iter().map(|request| {
            let request: Json = serde_json::from_str(request).unwrap();
            (request["id"].to_string(), request)
        });
        let requests: HashMap<String, Json> = requests.collect();
        let mut lab = Followed::<LabDatabase>::default();
        let mut vswitch = Followed::<OpenVSwitchDatabase>::default();
        for message in &recorded[&format!("{name}.server")] {
            match Message::parse(message.as_bytes()).unwrap() {
                Message::Reply {
                    id,
                    outcome: Ok(result),
                } => {
                    let request = &requests[id.get()];
                    match request["params"][0].as_str() {
                        Some("Lab") => lab.answered(request, result.get()),
                        Some("Open_vSwitch") => vswitch.answered(request, result.get()),
                        _ => {}
                    }
                }
                Message::Notification { params, .. } => {
                    lab.told(params.get());
                    vswitch.told(params.get());
                }
                _ => {}
            }
        }
        assert!(lab.looks > 10 && vswitch.looks > 4, "{name}");
    }
}

/// A copy of a database, as the conversation leads it.
struct Followed<D> {
    /// What the monitor of it is called.
    number: String,
    database: D,
    /// How often it was compared.
    looks: usize,
}

impl<D: Database> Default for Followed<D> {
    fn default() -> Self {
        Self {
            number: String::new(),
            database: D::default(),
            looks: 0,
        }
    }
}

impl<D: Database> Followed<D> {
    fn answered(&mut self, request: &Json, result: &str) {
        let operations = request["params"].as_array().unwrap().iter().skip(1);
        if let Some(method) = Method::named(request["method"].as_str().unwrap()) {
            let tables = |_| PhantomData::<&RawValue>;
            let beginning = Beginning::read(method, result.as_bytes(), tables).unwrap();
            self.apply(beginning.tables.get());
            self.number = request["params"][1].to_string();
        } else if operations
            .clone()
            .all(|operation| operation["op"] == "select")
        {
            self.is_what_was_selected(operations, &serde_json::from_str(result).unwrap());
        }
    }

    fn told(&mut self, params: &str) {
        let report = Report::read(params.as_bytes()).unwrap();
        if report.number.get() == self.number {
            self.apply(report.tables.get());
        }
    }

    fn apply(&mut self, tables: &str) {
        let (applied, _) = apply(&mut self.database, tables.as_bytes());
        applied.unwrap();
    }

    fn is_what_was_selected<'a>(
        &mut self,
        selects: impl Iterator<Item = &'a Json>,
        results: &Json,
    ) {
        let mut tables = Members::new();
        for (select, result) in selects.zip(results.as_array().unwrap()) {
            let rows = result["rows"].as_array().unwrap().iter().map(|row| {
                let id = row["_uuid"][1].as_str().unwrap().to_owned();
                (id, json!({ "new": row }))
            });
            let table = select["table"].as_str().unwrap().to_owned();
            tables.insert(table, rows.collect::<Members<_, _>>().into());
        }
        let mut selected = D::default();
        let (applied, _) = apply(&mut selected, Json::from(tables).to_string().as_bytes());
        applied.unwrap();
        let differences = differences(&self.database, &selected);
        assert!(differences.is_empty(), "{differences:?}");
        self.looks += 1;
    }
}

/// The messages of every conversation and side, by file name.
fn recorded() -> Vec<(String, Vec<String>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/wire");
    let files = folder.read_dir().unwrap().map(|entry| {
        let entry = entry.unwrap();
        let text = std::fs::read_to_string(entry.path()).unwrap();
        let messages = text.lines().map(str::to_owned).collect();
        (entry.file_name().into_string().unwrap(), messages)
    });
    let files: Vec<_> = files.collect();
    assert!(files.len() >= 16);
    files
}

fn for_each_value(json: &Json, visit: &mut impl FnMut(&Json)) {
    visit(json);
    match json {
        Json::Array(elements) => elements
            .iter()
            .for_each(|inner| for_each_value(inner, visit)),
        Json::Object(members) => members
            .values()
            .for_each(|inner| for_each_value(inner, visit)),
        _ => {}
    }
}
