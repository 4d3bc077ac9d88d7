//! policy_server.
