-- Health of a DNSProvider or ClusterDNSProvider, from the conditions that kstatus reads as well. Needs no library of Lua, so
-- argocd-cm takes it as it is.

local function find(type)
  for _, condition in ipairs((obj.status or {}).conditions or {}) do
    if condition.type == type then
      return condition
    end
  end
  return { status = "Unknown" }
end

local function health(status, condition)
  return { status = status, message = condition.reason .. ": " .. condition.message }
end

local ready = find("Ready")

if obj.metadata.deletionTimestamp ~= nil then
  return { status = "Progressing", message = "Deleting: a finalizer of somebody else's holds it" }
end

-- Conditions that speak of an earlier spec say nothing about this one.
if obj.status == nil or obj.status.observedGeneration ~= obj.metadata.generation then
  return { status = "Progressing", message = "The operator has not looked at this spec yet" }
end

if find("Stalled").status == "True" then
  return health("Degraded", find("Stalled"))
end
if ready.status == "True" then
  return { status = "Healthy", message = ready.message }
end
if ready.status == "False" then
  return health("Progressing", ready)
end
return { status = "Progressing", message = "The operator has not looked at this spec yet" }
