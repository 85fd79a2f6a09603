# SPDX-License-Identifier: Apache-2.0
# Completion of easydkim for bash: commands, options, formats, statuses, and the domains that the daemon knows.

# The identities of the daemon that the command line names, one a line. Nothing when it cannot be asked.
_easydkim_identities() {
  local -a global=()
  local i socket=${EASYDKIM_SOCKET:-/run/easydkim/control.sock}
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      --socket) socket=${COMP_WORDS[i + 1]} ;;
      --account) global+=(--account "${COMP_WORDS[i + 1]}") ;;
    esac
  done
  [[ -S $socket ]] || return 0
  timeout 2 easydkim --socket "$socket" "${global[@]}" list 2>/dev/null | while read -r _ _ identity; do
    # compgen expands its words, so nothing passes that is no host name.
    [[ $identity =~ ^[a-z0-9.-]+$ ]] && printf '%s\n' "$identity"
  done
}

_easydkim() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local commands='verify records status list check evidence wait watch enable disable delete import backup health'
  local options='--socket --account --json --help --version'
  local command='' i
  COMPREPLY=()

  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      --socket | --account) ((i++)) ;;
      -*) ;;
      *)
        command=${COMP_WORDS[i]}
        break
        ;;
    esac
  done

  case $previous in
    --socket | --file)
      mapfile -t COMPREPLY < <(compgen -f -- "$current")
      compopt -o filenames
      return
      ;;
    --format)
      mapfile -t COMPREPLY < <(compgen -W 'table zone json csv route53 terraform octodns nsupdate' -- "$current")
      return
      ;;
    --status)
      mapfile -t COMPREPLY < <(compgen -W 'NotStarted Pending Success Failed TemporaryFailure' -- "$current")
      return
      ;;
    --type)
      mapfile -t COMPREPLY < <(compgen -W 'Domain' -- "$current")
      return
      ;;
    --timeout | --max-age | --warning-lag | --critical-lag)
      mapfile -t COMPREPLY < <(compgen -W '30s 1m 5m 30m 2h 24h' -- "$current")
      return
      ;;
    --account)
      return
      ;;
  esac

  case $command in
    records) options+=' --format' ;;
    list) options+=' --status --type' ;;
    wait) options+=' --timeout' ;;
    backup) options+=' --compact' ;;
    health) options+=' --file --max-age --warning-lag --critical-lag' ;;
  esac
  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
    return
  fi

  case $command in
    '')
      mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$current")
      ;;
    verify | records | status | check | evidence | wait | enable | disable | delete)
      mapfile -t COMPREPLY < <(compgen -W "$(_easydkim_identities)" -- "$current")
      ;;
    import | backup)
      mapfile -t COMPREPLY < <(compgen -f -- "$current")
      compopt -o filenames
      ;;
  esac
}

complete -F _easydkim easydkim
