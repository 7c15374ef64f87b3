#!/usr/bin/env bash
# What the load scripts share; each sources it first. Processes are started under their pids and ended with the script,
# everything they write lies in $work, and nothing leaves loopback.
# shellcheck disable=SC2034 # the variables are for those who source this

# needs TOOL... ends the script unless all of them are installed.
needs() {
    local tool
    for tool; do
        command -v "$tool" >/dev/null || { echo "error: $tool is missing" >&2
            echo "hint: on Debian and Ubuntu: sudo apt-get install ${*/#nginx/nginx-light}" >&2; exit 1; }
    done
}

# needs_executables FILE... ends the script unless all of them are there.
needs_executables() {
    local executable
    for executable; do
        [ -x "$executable" ] || { echo "error: $executable is no executable" >&2; echo "hint: make build" >&2; exit 1; }
    done
}

work=$(mktemp -d) pids=()
stop() {
    for pid in "${pids[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
    for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
    rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM

# Sets $port to one that nobody listens on.
next=$((20000 + RANDOM % 10000))
free_port() {
    while next=$((next + 1)); (exec 3<>"/dev/tcp/127.0.0.1/$next") 2>/dev/null; do :; done
    port=$next
}

# start NAME COMMAND... in the background, under its pid.
start() {
    local name=$1; shift
    "$@" >"$work/$name.log" 2>&1 &
    pids+=("$!")
}

# end PID... before the script ends.
end() {
    kill -TERM "$@"; wait "$@" 2>/dev/null || true
    local pid left=()
    for pid in "${pids[@]}"; do [[ " $* " == *" $pid "* ]] || left+=("$pid"); done
    pids=("${left[@]}")
}

# Waits until a URL answers 200.
answers() {
    for _ in $(seq 100); do
        [ "$(curl -so /dev/null -w '%{http_code}' "$1" || true)" != 200 ] || return 0
        sleep 0.05
    done
    echo "error: no answer from $1" >&2; tail -n 5 "$work"/*.log >&2; exit 1
}

# nginx with the server block of standard input, of as many workers as there are cores.
nginx_with() {
    local name=$1
    cat >"$work/$name.conf" <<END
worker_processes auto; pid $work/$name.pid; daemon off; error_log $work/$name.error.log error;
events { worker_connections 4096; }
http {
    access_log off; keepalive_requests 1000000000; keepalive_timeout 600s;
    client_body_temp_path $work/t1; proxy_temp_path $work/t2; fastcgi_temp_path $work/t3; uwsgi_temp_path $work/t4; scgi_temp_path $work/t5;
    $(cat)
}
END
    start "$name" nginx -p "$work" -e "$work/$name.error.log" -c "$work/$name.conf"
}

# What the upstream shows: key.pem and cert.pem, which is its own root.
certificate() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
}

# What nginx says of an upstream that shows that certificate.
nginx_verifies="proxy_ssl_verify on; proxy_ssl_trusted_certificate $work/cert.pem; proxy_ssl_name localhost;"

# Credentials of nobody, with a session token as long as they are.
export AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY
export AWS_SESSION_TOKEN; AWS_SESSION_TOKEN=$(printf 'token%.0s' {1..100})

# The process and its children (nginx's workers), one a line.
family() { echo "$1"; { tr ' ' '\n' <"/proc/$1/task/$1/children" | grep .; } 2>/dev/null || true; }
# CPU time of a contender so far, user and system, in clock ticks (proc(5): fields 14 and 15, counted behind the name).
cpu_ticks() { for p in $(family "$1"); do sed 's/.*) //' "/proc/$p/stat"; done | awk '{ sum += $12 + $13 } END { print sum }'; }

# For awk: the median of values[1] to values[n].
median='function median(values, n,   i, j, t) {
    for (i = 2; i <= n; i++) { t = values[i]; for (j = i - 1; j > 0 && values[j] > t; j--) values[j + 1] = values[j]; values[j + 1] = t }
    return n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2
}'
