use super::*;
use crate::ovsdb::{Column, Map, RowId, Set, TransactionBuilder};
use crate::vswitch::{Bridge, Interface, Port, bridge, interface, port};

const UUID: &str = "00000000-0000-0000-0000-000000000001";

fn id<T>() -> RowId<T> {
    RowId::new(Uuid::from_u128(1))
}

/// The words of what `fill` puts into a transaction.
fn told(fill: impl FnOnce(&mut TransactionBuilder)) -> Result<Vec<String>, VsctlError> {
    let mut builder = TransactionBuilder::new();
    fill(&mut builder);
    vsctl_words(&builder.build().unwrap())
}

#[track_caller]
fn assert_told(fill: impl FnOnce(&mut TransactionBuilder), expected: &[&str]) {
    let expected = expected.join(" ").replace("UUID", UUID);
    assert_eq!(told(fill).unwrap().join(" "), expected);
}

#[test]
fn new_rows_are_named_and_referred_to() {
    assert_told(
        |builder| {
            let device = builder
                .insert::<Interface>()
                .set(interface::NAME, "eth0".to_owned())
                .set(interface::MTU_REQUEST, Some(9000))
                .set(interface::TYPE, String::new())
                .id();
            let port = builder
                .insert::<Port>()
                .set(port::INTERFACES, Set::from([device]))
                .set(port::TAG, None)
                .set(port::TRUNKS, Set::from([1, 2]))
                .id();
            builder
                .mutate(id::<Bridge>())
                .insert(bridge::PORTS, Set::from([port]))
                .delete(bridge::PORTS, Set::from([id()]));
        },
        &[
            r#"-- --id=@row0 create Interface name="eth0" mtu_request=9000 type="""#,
            r#"-- --id=@row1 create Port interfaces=@row0 tag=[] trunks=[1,2]"#,
            r#"-- add Bridge UUID ports @row1"#,
            r#"-- remove Bridge UUID ports UUID"#,
        ],
    );
}

#[test]
fn columns_are_written_and_emptied() {
    assert_told(
        |builder| {
            builder
                .update(id::<Port>())
                .set(port::TAG, None)
                .set(port::BOND_UPDELAY, -5)
                .set(port::EXTERNAL_IDS, Map::default());
            builder
                .update(id::<Bridge>())
                .set(bridge::STP_ENABLE, true)
                .set(
                    bridge::OTHER_CONFIG,
                    Map::from_iter([("a".to_owned(), "b".to_owned())]),
                );
        },
        &[
            r#"-- set Port UUID tag=[] bond_updelay=-5 external_ids={}"#,
            r#"-- set Bridge UUID stp_enable=true other_config={"a"="b"}"#,
        ],
    );
}

#[test]
fn keys_of_maps_are_put_added_and_removed() {
    let text = |text: &str| text.to_owned();
    assert_told(
        |builder| {
            builder
                .mutate(id::<Port>())
                .put(port::EXTERNAL_IDS, text("k"), text("v"))
                .remove(port::EXTERNAL_IDS, text("k"))
                .put_new(port::EXTERNAL_IDS, text("k"), text("w"))
                .remove(port::EXTERNAL_IDS, text("gone"))
                .put(port::OTHER_CONFIG, text("o"), text("p"));
        },
        &[
            r#"-- set Port UUID external_ids:"k"="v""#,
            r#"-- set Port UUID external_ids:"k"="w""#,
            r#"-- remove Port UUID external_ids "gone""#,
            r#"-- set Port UUID other_config:"o"="p""#,
        ],
    );
    assert_told(
        |builder| {
            let ids = port::EXTERNAL_IDS;
            builder
                .mutate(id::<Port>())
                .put_new(ids, text("k"), text("v"));
        },
        &[r#"-- add Port UUID external_ids "k"="v""#],
    );
}

#[test]
fn prerequisites_are_waited_for_and_read() {
    let ids = open_vswitch::EXTERNAL_IDS;
    let mark = Map::from_iter([("mark".to_owned(), "x".to_owned())]);
    assert_told(
        |builder| {
            builder.wait(id::<Port>(), port::TAG, &Some(5));
            builder.wait(id::<Port>(), port::INTERFACES, &Set::default());
            builder.wait_for(id::<OpenVSwitch>(), ids.includes(&mark));
            builder.wait_for(id::<OpenVSwitch>(), ids.excludes(&mark));
            builder.wait_for(id::<Port>(), port::NAME.equals(&"lan".to_owned()));
        },
        &[
            r#"-- wait-until Port UUID tag=5"#,
            r#"-- get Port UUID tag"#,
            r#"-- wait-until Port UUID interfaces=[]"#,
            r#"-- get Port UUID interfaces"#,
            r#"-- wait-until Open_vSwitch UUID external_ids:"mark"="x""#,
            r#"-- get Open_vSwitch UUID external_ids"#,
            r#"-- wait-until Open_vSwitch UUID external_ids:"mark"{!=}"x""#,
            r#"-- get Open_vSwitch UUID external_ids"#,
            r#"-- wait-until Port UUID name="lan""#,
            r#"-- get Port UUID name"#,
        ],
    );
}

#[test]
fn what_ovs_vsctl_does_by_itself_is_left_out() {
    assert_told(
        |builder| {
            builder
                .mutate(id::<OpenVSwitch>())
                .add(open_vswitch::NEXT_CFG, 1);
            builder.comment("said by ovs-vsctl in its own words");
        },
        &[],
    );
}

#[test]
fn rows_of_root_tables_are_destroyed() {
    assert_told(
        |builder| {
            let this: Column<Port, RowId<Port>> = Column::new("_uuid");
            builder.delete::<Port>(vec![this.equals(&id())]);
        },
        &[r#"-- destroy Port UUID"#],
    );
}

#[test]
fn what_ovs_vsctl_has_no_word_for_is_an_error() {
    type Fill = fn(&mut TransactionBuilder);
    let all: [(Fill, &str); 8] = [
        (
            |it| {
                it.select::<Port>(Vec::new(), &["name"]);
            },
            "select",
        ),
        (|it| it.commit_durably(), "commit"),
        (|it| it.abort(), "abort"),
        (|it| it.assert_lock("lock"), "assert"),
        (
            |it| {
                it.delete::<Port>(Vec::new());
            },
            "delete",
        ),
        (
            |it| {
                it.mutate(id::<Port>()).add(port::BOND_UPDELAY, 1);
            },
            "+=",
        ),
        (
            |it| {
                let new = it.insert::<Port>().id();
                it.update(new).set(port::TAG, None);
            },
            "update",
        ),
        (
            |it| it.wait_for(id::<Port>(), port::NAME.differs(&String::new())),
            "wait",
        ),
    ];
    for (fill, name) in all {
        let error = told(fill).unwrap_err();
        assert!(
            matches!(error, VsctlError::Inexpressible(what) if what == name),
            "{name}: {error}"
        );
    }
}

#[test]
fn no_string_is_an_option_a_command_or_several_words() {
    let long = "x".repeat(300);
    for hostile in [
        "",
        " ",
        "--",
        "--id=@x",
        "-h",
        "@x",
        "@row0",
        "$(x)",
        "`x`",
        "a=b",
        "a,b",
        "[]",
        "{}",
        "{=}",
        ":",
        "'",
        "\"",
        "\\",
        "\\\"",
        "a\nb",
        "\r",
        "\t",
        "\u{1}",
        "\u{7f}",
        "\u{202e}",
        "\u{feff}",
        "ü",
        "\u{1f600}",
        "*",
        "~",
        "true",
        "7",
        UUID,
        &long,
    ] {
        let text = hostile.to_owned();
        let pair = Map::from_iter([(text.clone(), text.clone())]);
        let words = told(|builder| {
            builder
                .insert::<Port>()
                .set(port::NAME, text.clone())
                .set(port::EXTERNAL_IDS, pair.clone());
            builder
                .mutate(id::<Port>())
                .put(port::EXTERNAL_IDS, text.clone(), text.clone())
                .remove(port::OTHER_CONFIG, text.clone());
            builder.wait(id::<Port>(), port::NAME, &text);
        })
        .unwrap();
        let quoted = serde_json::to_string(hostile).unwrap();
        let expected = [
            "--".to_owned(),
            "--id=@row0".to_owned(),
            "create".to_owned(),
            "Port".to_owned(),
            format!("name={quoted}"),
            format!("external_ids={{{quoted}={quoted}}}"),
            "--".to_owned(),
            "set".to_owned(),
            "Port".to_owned(),
            UUID.to_owned(),
            format!("external_ids:{quoted}={quoted}"),
            "--".to_owned(),
            "remove".to_owned(),
            "Port".to_owned(),
            UUID.to_owned(),
            "other_config".to_owned(),
            quoted.clone(),
            "--".to_owned(),
            "wait-until".to_owned(),
            "Port".to_owned(),
            UUID.to_owned(),
            format!("name={quoted}"),
            "--".to_owned(),
            "get".to_owned(),
            "Port".to_owned(),
            UUID.to_owned(),
            "name".to_owned(),
        ];
        assert_eq!(words, expected, "{hostile:?}");
    }
}

#[test]
fn a_nul_is_an_error_wherever_it_is() {
    let nul = || "a\0b".to_owned();
    let ids = port::EXTERNAL_IDS;
    let pair = Map::from_iter([(nul(), String::new())]);
    type Fill<'a> = &'a dyn Fn(&mut TransactionBuilder);
    let all: [Fill<'_>; 6] = [
        &|it| {
            it.insert::<Port>().set(port::NAME, nul());
        },
        &|it| {
            it.update(id::<Port>()).set(ids, pair.clone());
        },
        &|it| {
            it.mutate(id::<Port>()).put(ids, nul(), String::new());
        },
        &|it| {
            it.mutate(id::<Port>()).put(ids, String::new(), nul());
        },
        &|it| {
            it.mutate(id::<Port>()).remove(ids, nul());
        },
        &|it| it.wait_for(id::<Port>(), ids.includes(&pair)),
    ];
    for fill in all {
        let error = told(fill).unwrap_err();
        assert!(matches!(error, VsctlError::Nul { .. }), "{error}");
        assert!(error.to_string().contains("nul character"), "{error}");
    }
}
