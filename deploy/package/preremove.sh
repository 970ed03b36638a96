#!/bin/sh
# Stops opslog when the package goes, not when it is replaced. Data and user stay.
set -e
if [ "$1" != upgrade ] && [ -d /run/systemd/system ]; then
	systemctl disable --now opslog.service
fi
