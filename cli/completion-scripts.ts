/*
 * The scripts know nothing by themselves: each time, they ask `hintproof complete` what can stand at the cursor.
 * They call the command as it is typed, which need not be on the PATH, with the line as far as the cursor.
 */

const bash = `# bash completion for hintproof
_hintproof() {
  local line="\${COMP_LINE:0:COMP_POINT}" patterns pattern word about
  # Of a word with "=" or ":" in it bash replaces only what is behind that: $2.
  local typed="\${line##*[[:blank:]]}"
  case $typed in --*=*) typed="\${typed#*=}" ;; esac
  local head="\${typed%"$2"}"
  COMPREPLY=()
  {
    IFS= read -r patterns
    while read -r word about; do
      COMPREPLY+=("\${word#"$head"}")
      case $word in *=) compopt -o nospace 2>/dev/null ;; esac
    done
  } < <("\${1/#~/$HOME}" complete -- "$line" 2>/dev/null)
  [ -n "$patterns" ] || return 0
  compopt -o filenames 2>/dev/null
  local -a list
  read -ra list <<< "$patterns"
  while IFS= read -r word; do
    COMPREPLY+=("$word")
  done < <(
    compgen -d -- "$2"
    for pattern in "\${list[@]}"; do compgen -f -X "!$pattern" -- "$2"; done
  )
}
complete -F _hintproof hintproof
`;

const zsh = `#compdef hintproof
_hintproof() {
  local line="\${(j: :)words[1,CURRENT-1]} $QIPREFIX$PREFIX" entry word result=1
  local -a answer names unfinished
  answer=("\${(@f)$(\${~words[1]} complete -- "$line" 2>/dev/null)}")
  compset -P 1 '--*='
  for entry in $answer[2,-1]; do
    word=\${entry%% *}
    entry="\${word//:/\\\\:}:\${entry#* }"
    if [[ $word == *= ]]; then unfinished+=("$entry"); else names+=("$entry"); fi
  done
  (( $#names )) && _describe name names && result=0
  (( $#unfinished )) && _describe name unfinished -S '' && result=0
  [[ -n $answer[1] ]] && _files -g "$answer[1]" && result=0
  return result
}
if [ "$funcstack[1]" = "_hintproof" ]; then _hintproof "$@"; else compdef _hintproof hintproof; fi
`;

const fish = `# fish completion for hintproof
function __hintproof_complete
    set -l program (commandline -opc)[1]
    set -l answer ($program complete -- (commandline -pc | string collect) 2>/dev/null)
    set -l typed (commandline -ct)
    set -l option (string match -r -- '^--[^=]*=' "$typed")
    for entry in $answer[2..-1]
        string replace -- ' ' \\t "$option$entry"
    end
    test -n "$answer[1]"; or return
    # A quote that is open is no part of a path.
    set -l path (string replace -- "$option" '' "$typed" | string replace -r '^[\\'"]' '')
    for path in (__fish_complete_path "$path")
        set -l name (string split -- \\t $path)[1]
        for pattern in '*/' (string split -- ' ' $answer[1])
            string match -q -- $pattern $name; and echo "$option$path"; and break
        end
    end
end
complete -c hintproof -f -a '(__hintproof_complete)'
`;

/** The scripts by their shells. */
export const completionScripts: ReadonlyMap<string, string> = new Map([
  ["bash", bash],
  ["zsh", zsh],
  ["fish", fish],
]);
