//! From input to plan.

use super::{Input, Plan};

/// Makes the plan.
pub fn compute(_input: &Input<'_>) -> Plan {
    Plan::default()
}
