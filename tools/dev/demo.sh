# SPDX-License-Identifier: Apache-2.0
# The main job, from a bare machine. Sourced.

command_demo() {
	local start=$EPOCHREALTIME built token
	command_install ${1+"$1"}
	command_build release "${server_targets[@]}"
	built=$(seconds_since "$start") start=$EPOCHREALTIME

	instance_open demo
	instance_remove
	instance_open demo
	PRESET=release instance_up
	INSTANCE=demo bash "$root/tests/scenarios/main_job.sh"

	token=$(sign_token MANAGER demo test-domicile)
	cat <<-END

		installed and built in $built s; started and played in $(seconds_since "$start") s
		A manager's token for platforms/test-domicile, valid for ten hours:

		$token

		It is left running. To try (T is the token):
		  ./dev status demo
		  ./dev call list --on demo
		  ./dev call entremise.requests.v1.ServiceRequestService/ListServiceRequests '{"parent": "platforms/test-domicile"}' --on demo --token "\$T"
	END
}
