//! A cluster whose members have a network of their own, beside the one that clients use.

use netswitch::ovsdb::{Client, Options, Serving, TransactionBuilder};

use crate::connected::{assert_fresh, has_bridges, keep_connected, lost, options, synced};
use crate::container::Container;
use crate::network::Network;
use crate::served::{add_bridge, followed, root, run};

const SCHEMA: &str = "/usr/share/openvswitch/vswitch.ovsschema";

const MEMBERS: usize = 3;

/// Containers are removed before their network is.
struct Cluster {
    members: Vec<Container>,
    network: Network,
}

impl Cluster {
    async fn start() -> Cluster {
        let mut cluster = Cluster {
            members: Vec::new(),
            network: Network::new(),
        };
        for member in 0..MEMBERS {
            let container = Container::start_member().await;
            cluster.network.join(&container, member);
            cluster.members.push(container);
            let address = |member| format!("tcp:{}:6644", cluster.network.address(member));
            let (ours, first) = (address(member), address(0));
            let make = match member {
                0 => format!("create-cluster /db {SCHEMA} {ours}"),
                _ => format!("join-cluster /db Open_vSwitch {ours} {first}"),
            };
            let go = format!("ovsdb-tool {make} && echo >/go");
            cluster.members[member].run(&["sh", "-c", &go]);
            cluster.wait_until_connected(member).await;
        }
        cluster.members[0].vsctl(&["--retry", "--no-wait", "init"]);
        cluster
    }

    fn remote(&self, member: usize) -> String {
        self.members[member].remote()
    }

    /// Which of these members leads; waits until one does.
    fn leader(&self, among: &[usize]) -> usize {
        let leads = |member: &usize| {
            let status = ["ovs-appctl", "-t", "/server.ctl", "cluster/status"];
            let status = self.members[*member].run(&[&status[..], &["Open_vSwitch"]].concat());
            status.contains("\nRole: leader\n")
        };
        let attempts = std::iter::repeat_with(|| among.iter().copied().find(leads));
        attempts.take(1000).flatten().next().unwrap()
    }

    /// Waits until a member serves the database, by a client that takes no other.
    async fn wait_until_connected(&self, member: usize) {
        let client = member_of(&[self.remote(member)]);
        synced(&mut client.states(), &[self.remote(member)]).await;
    }
}

/// A client of these members that leaves one which is cut off.
fn member_of(remotes: &[String]) -> Client {
    let options = Options {
        serving: Some(Serving {
            database: "Open_vSwitch".to_owned(),
            leader_only: false,
        }),
        ..options()
    };
    keep_connected(&remotes.join(","), &options)
}

async fn cut_off(cluster: &Cluster, member: usize) {
    let other = (member + 1) % MEMBERS;
    let remotes = [cluster.remote(member), cluster.remote(other)];
    let client = member_of(&remotes);
    let copy = followed(&client).await;
    let root = root(&copy);
    let add = async |client: &Client, name: &str| {
        let mut builder = TransactionBuilder::new();
        add_bridge(&mut builder, root, name);
        run(client, builder).await.unwrap();
    };
    assert_eq!(client.remote().to_string(), remotes[0]);
    add(&client, "a").await;
    has_bridges(&copy, &["a"]).await;

    // Clients still reach it, and it takes their requests: only its peers do not.
    let mut states = client.states();
    cluster.network.leave(&cluster.members[member]);
    lost(&mut states, "not connected to its cluster").await;
    synced(&mut states, &remotes[1..]).await;
    add(&client, "b").await;
    has_bridges(&copy, &["a", "b"]).await;
    assert!(!copy.is_stale());

    cluster.network.join(&cluster.members[member], member);
    cluster.wait_until_connected(member).await;
    cluster.members[other].pause().await;
    // It may have led, and what is sent before there is a new leader may get lost.
    cluster.leader(&[member, (member + 2) % MEMBERS]);
    synced(&mut states, &remotes[..1]).await;
    add(&client, "c").await;
    has_bridges(&copy, &["a", "b", "c"]).await;
    cluster.members[other].unpause().await;
    assert_fresh(&copy, &remotes[0]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_that_is_cut_off_is_left_and_taken_again() {
    let cluster = Cluster::start().await;
    cut_off(&cluster, (cluster.leader(&[0, 1, 2]) + 1) % MEMBERS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_that_is_cut_off_is_left_and_taken_again() {
    let cluster = Cluster::start().await;
    cut_off(&cluster, cluster.leader(&[0, 1, 2])).await;
}
