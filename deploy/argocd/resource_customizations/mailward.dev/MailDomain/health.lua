-- Health of a MailDomain, from the conditions that kstatus reads as well. Needs no library of Lua, so argocd-cm takes it as it is.

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

-- Argo CD 3 answers "Pending deletion" by itself and does not ask; this is for whoever does.
if obj.metadata.deletionTimestamp ~= nil then
  if ready.reason == "Deleting" then
    return health("Progressing", ready)
  end
  return { status = "Progressing", message = "Deleting: the operator has not said yet what it waits for" }
end

-- Conditions that speak of an earlier spec say nothing about this one.
if obj.status == nil or obj.status.observedGeneration ~= obj.metadata.generation then
  return { status = "Progressing", message = "The operator has not looked at this spec yet" }
end

-- What a person stopped is neither broken nor under way, although nothing of it goes on by itself.
if obj.spec.suspend == true then
  return health("Suspended", ready)
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
