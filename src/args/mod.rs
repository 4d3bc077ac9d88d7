//! The command line. Every argument also has an environment variable; what an argument means stands in its help text.

mod controller;
mod parse;
mod policy_server;
mod version;

use clap::{Args, Parser, Subcommand};

pub use controller::ControllerArgs;
pub use parse::{GatewayOffer, HostPort, OwnerId};
pub use policy_server::PolicyServerArgs;
pub use version::version;

use crate::telemetry::LogFormat;

/// A Kubernetes operator for mail-domain DNS: SPF, DKIM, DMARC, MTA-STS and TLS-RPT.
#[derive(Parser, Debug)]
#[command(name = "mailward", version, propagate_version = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Logs.
    #[command(flatten)]
    pub logs: LogArgs,
}

/// The subcommands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Run the controller: keep every MailDomain's records, keys and policy right
    Controller(Box<ControllerArgs>),
    /// Run a policy server: answer for every `mta-sts.<domain>`
    PolicyServer(PolicyServerArgs),
    /// Print the custom resource definitions as YAML
    Crds,
    /// Print the reference of all objects and fields as Markdown
    Reference,
    /// Print version, commit and target
    Version,
}

/// How to log.
#[derive(Args, Clone, Debug)]
pub struct LogArgs {
    /// Form of the log lines: human (one line for a person) or json (one object a line)
    #[arg(long, global = true, env = "MAILWARD_LOG_FORMAT", value_name = "FORMAT", default_value_t)]
    pub log_format: LogFormat,
    /// What to log, in the syntax of `RUST_LOG`. What the Kubernetes client says by itself is left out, since we say it
    #[arg(
        long,
        global = true,
        env = "MAILWARD_LOG",
        value_name = "FILTER",
        default_value = "info,kube_client=off,kube_runtime=error"
    )]
    pub log_filter: String,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a failed unwrap is the failure of the test")]
    use clap::CommandFactory;

    use super::*;

    fn controller(arguments: &[&str]) -> Result<ControllerArgs, clap::Error> {
        let line = ["mailward", "controller", "--namespace", "mailward"].iter().chain(arguments);
        match Cli::try_parse_from(line)?.command {
            Command::Controller(args) => Ok(*args),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_argument_says_what_it_is_and_has_an_environment_variable() {
        for command in Cli::command().get_subcommands().chain([&Cli::command()]) {
            for argument in
                command.get_arguments().filter(|argument| argument.get_id() != "help" && argument.get_id() != "version")
            {
                let name = argument.get_id();
                assert!(argument.get_help().is_some(), "{name} has no help");
                let variable = argument.get_env().and_then(|name| name.to_str()).unwrap_or_default();
                assert!(
                    variable.starts_with("MAILWARD_")
                        || ["POD_NAMESPACE", "POD_NAME", "HTTPS_PROXY", "NO_PROXY"].contains(&variable),
                    "{name} has the variable {variable:?}"
                );
            }
        }
    }

    #[test]
    fn durations_read_like_a_person_writes_them() {
        let args = controller(&["--drift-interval", "1h 30m", "--lost-key-wait=20s"]).unwrap();
        assert_eq!((args.drift_interval.as_secs(), args.lost_key_wait.as_secs()), (5_400, 20));
    }

    #[test]
    fn a_value_out_of_range_names_the_range() {
        for (argument, hint) in [("--drift-interval=1s", "10s"), ("--drift-interval=soon", "`soon`"), ("--workers=0", "1..")] {
            let error = controller(&[argument]).unwrap_err().to_string();
            assert!(error.contains(hint), "{error}");
        }
    }

    #[test]
    fn lists_are_repeated_or_separated_by_commas() {
        let args = controller(&["--resolver=192.0.2.1", "--resolver=[2001:db8::1]:5353,192.0.2.2:54"]).unwrap();
        let resolvers: Vec<String> = args.resolver.iter().map(ToString::to_string).collect();
        assert_eq!(resolvers, ["192.0.2.1:53", "[2001:db8::1]:5353", "192.0.2.2:54"]);
    }

    #[test]
    fn the_defaults_are_the_documented_ones() {
        let args = controller(&[]).unwrap();
        assert_eq!((args.drift_interval.as_secs(), args.delete_cap, args.authoritative_port), (3_600, 50, 53));
        assert_eq!((args.lost_key_wait.as_secs(), args.deletion_patience.as_secs()), (600, 600));
        assert_eq!(args.unreachable_after.as_secs(), 900);
        assert!(!args.allow_private_addresses && !args.allow_local_dns_servers);
    }

    #[test]
    fn a_certificate_needs_its_key() {
        let line = ["mailward", "policy-server", "--namespace=policies", "--tls-certificate=a.crt"];
        assert!(Cli::try_parse_from(line).unwrap_err().to_string().contains("--tls-key"));
    }
}
