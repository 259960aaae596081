use std::net::TcpListener;
use std::process;
use std::sync::atomic::{AtomicU16, Ordering};

use testcontainers::bollard::models::DeviceMapping;
use testcontainers::core::{IntoContainerPort, WaitFor};
use testcontainers::runners::AsyncRunner;
use testcontainers::{ContainerAsync, ContainerRequest, GenericImage, ImageExt};

use crate::engine::{docker, new_name};
use crate::support::{Identity, Pki};

const IMAGE: (&str, &str) = ("netswitch-ovs", "test");

/// RFC 7047, section 8.
const PORT: u16 = 6640;

const SCHEMA: &str = "/usr/share/openvswitch/vswitch.ovsschema";

/// What ovsdb-server writes once it has started; its socket may take a moment longer.
const STARTED: &str = "ovsdb-server (Open vSwitch)";

/// An ovsdb-server in a container, on a port of this host's that outlives restarts. The container
/// is removed with this value.
pub(crate) struct Container {
    container: ContainerAsync<GenericImage>,
    name: String,
    port: u16,
}

impl Container {
    /// With an `Open_vSwitch` database as `ovs-vsctl init` leaves it.
    pub(crate) async fn start() -> Container {
        Container::standalone("ptcp", "", |request| request).await
    }

    /// Speaks TLS, as `server`, to clients with certificates of ovs-pki's switch CA.
    pub(crate) async fn start_ssl(pki: &Pki, server: &Identity) -> Container {
        let options = "--private-key=/privkey.pem --certificate=/cert.pem --ca-cert=/ca.pem";
        Container::standalone("pssl", options, |request| {
            request
                .with_copy_to("/privkey.pem", server.private_key.as_path())
                .with_copy_to("/cert.pem", server.certificate.as_path())
                .with_copy_to("/ca.pem", pki.ca("switch").as_path())
        })
        .await
    }

    /// A host of its own: with ovs-vswitchd, in user space.
    pub(crate) async fn start_switch() -> Container {
        let container = Container::standalone("ptcp", "", |request| {
            request
                .with_cap_add("NET_ADMIN")
                .with_host_config_modifier(|host| {
                    let tun = || Some("/dev/net/tun".to_owned());
                    host.devices = Some(vec![DeviceMapping {
                        path_on_host: tun(),
                        path_in_container: tun(),
                        cgroup_permissions: Some("rwm".to_owned()),
                    }]);
                })
        })
        .await;
        // It returns when ovs-vswitchd is ready.
        container.run(&["ovs-vswitchd", "--pidfile", "--detach", "-vconsole:off"]);
        container
    }

    /// Has no database until it is told to go on, for it needs an address in the cluster first.
    pub(crate) async fn start_member() -> Container {
        let serve = serve("ptcp", "");
        let script = format!("mkfifo /go; read -r _ </go; {serve}");
        Container::running(&script, &[], |request| request).await
    }

    async fn standalone(
        method: &str,
        options: &str,
        with: impl FnOnce(ContainerRequest<GenericImage>) -> ContainerRequest<GenericImage>,
    ) -> Container {
        let serve = serve(method, options);
        let script = format!("[ -e /db ] || ovsdb-tool create /db {SCHEMA}; {serve}");
        let started = [WaitFor::message_on_stderr(STARTED)];
        let container = Container::running(&script, &started, with).await;
        container.run(&["ovs-vsctl", "--retry", "--timeout=30", "--no-wait", "init"]);
        container
    }

    async fn running(
        script: &str,
        ready: &[WaitFor],
        with: impl FnOnce(ContainerRequest<GenericImage>) -> ContainerRequest<GenericImage>,
    ) -> Container {
        let (name, port) = (new_name(), free_port());
        let request = GenericImage::new(IMAGE.0, IMAGE.1)
            .with_cmd(["sh", "-c", script])
            .with_ready_conditions(ready.to_vec())
            .with_container_name(&name)
            .with_mapped_port(port, PORT.tcp());
        let container = with(request).start().await.unwrap_or_else(|error| {
            panic!("{error}: is there the image of scripts/build-ovs-image?");
        });
        Container {
            container,
            name,
            port,
        }
    }

    /// What the engine calls it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The port of this host that is its server's.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// `tcp:HOST:PORT`, from this host.
    pub(crate) fn remote(&self) -> String {
        format!("tcp:127.0.0.1:{}", self.port)
    }

    /// Runs a command inside and gives its output; it must succeed.
    pub(crate) fn run(&self, command: &[&str]) -> String {
        docker(&[&["exec", &self.name], command].concat())
    }

    /// Runs `ovs-vsctl` inside and gives its output.
    pub(crate) fn vsctl(&self, arguments: &[&str]) -> String {
        self.run(&[&["ovs-vsctl", "--timeout=30"], arguments].concat())
    }

    /// The process id of its first process, on this host.
    pub(crate) fn pid(&self) -> String {
        docker(&["inspect", "--format", "{{.State.Pid}}", &self.name])
    }

    /// Freezes all of it; its connections stay.
    pub(crate) async fn pause(&self) {
        self.container.pause().await.unwrap();
    }

    pub(crate) async fn unpause(&self) {
        self.container.unpause().await.unwrap();
    }

    /// SIGKILL to all of it, and waits for the end.
    pub(crate) fn kill(&self) {
        docker(&["kill", &self.name]);
        docker(&["wait", &self.name]);
    }

    /// Starts it again, with the same files.
    pub(crate) async fn restart(&self) {
        self.container.start().await.unwrap();
    }
}

/// The shell's last command.
fn serve(method: &str, options: &str) -> String {
    format!(
        "exec ovsdb-server /db --remote={method}:{PORT} {options} \
         --remote=punix:/var/run/openvswitch/db.sock --unixctl=/server.ctl -vconsole:info"
    )
}

/// A port below those that the kernel gives away by itself, so that it is still free when a
/// container has been killed and starts again.
fn free_port() -> u16 {
    static TRIED: AtomicU16 = AtomicU16::new(0);
    let first = u16::try_from(process::id() % 10_000).unwrap();
    let is_free = |port: &u16| TcpListener::bind(("0.0.0.0", *port)).is_ok();
    let mut ports = std::iter::repeat_with(|| TRIED.fetch_add(1, Ordering::Relaxed))
        .map(|tried| 20_000 + (first + tried) % 10_000);
    ports.find(is_free).unwrap()
}
