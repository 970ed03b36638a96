#!/bin/sh
# Makes the user, gives it its configuration, and starts opslog anew if it was running.
set -e
if command -v systemd-sysusers >/dev/null; then
	systemd-sysusers opslog.conf
elif ! getent passwd opslog >/dev/null; then
	useradd --system --home-dir /var/lib/opslog --no-create-home --shell /usr/sbin/nologin opslog
fi
chown root:opslog /etc/opslog /etc/opslog/environment
chmod 0750 /etc/opslog
chmod 0640 /etc/opslog/environment
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
	systemctl try-restart opslog.service
fi
