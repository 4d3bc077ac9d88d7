package main

import (
	"encoding/json"
	"fmt"

	lua "github.com/yuin/gopher-lua"
	luajson "layeh.com/gopher-json"
)

// run gives the object, as JSON, to the script, as Argo CD does without useOpenLibs.
func run(script string, object []byte) (health Health, err error) {
	state := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer state.Close()
	for name, open := range map[string]lua.LGFunction{
		lua.LoadLibName: lua.OpenPackage, lua.BaseLibName: lua.OpenBase, lua.TabLibName: lua.OpenTable,
	} {
		call := lua.P{Fn: state.NewFunction(open), Protect: true}
		if err := state.CallByParam(call, lua.LString(name)); err != nil {
			return health, err
		}
	}
	value, err := luajson.Decode(state, object)
	if err != nil {
		return health, err
	}
	state.SetGlobal("obj", value)
	if err := state.DoString(script); err != nil {
		return health, err
	}
	answer, ok := state.Get(-1).(*lua.LTable)
	if !ok {
		return health, fmt.Errorf("the script returns no table")
	}
	text, err := luajson.Encode(answer)
	if err != nil {
		return health, err
	}
	return health, json.Unmarshal(text, &health)
}
