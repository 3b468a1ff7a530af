-- FreeSWITCH: tell of each call by HTTP. Load with <hook event="..." script="freeswitch_tell.lua"/>
-- in autoload_configs/lua.conf.xml for CHANNEL_CREATE, CHANNEL_BRIDGE and CHANNEL_HANGUP_COMPLETE
-- (mod_curl must be loaded). Nothing is recorded.
local site, key = "https://site.example.org", "cw_put_the_key_here"

local events = {
  CHANNEL_CREATE = "type=offered&number=%s&queue=main",
  CHANNEL_BRIDGE = "type=answered&extension=%s",
  CHANNEL_HANGUP_COMPLETE = "type=ended",
}
-- From the dialplan, where a caller pressed 1: api:execute("curl", ... "type=call_back&call=" .. uuid)

local name = event:getHeader("Event-Name")
local told = events[name]
if told and event:getHeader("Call-Direction") == "inbound" then
  local who = name == "CHANNEL_BRIDGE" and event:getHeader("Other-Leg-Destination-Number")
    or event:getHeader("Caller-Caller-ID-Number") or ""
  local body = string.format(told, (who:gsub("[^%w+]", ""))) .. "&call=" .. event:getHeader("Unique-ID")
  freeswitch.API():execute("curl", site .. "/telephony/events append_headers Authorization:Bearer%20" .. key .. " post " .. body)
end
