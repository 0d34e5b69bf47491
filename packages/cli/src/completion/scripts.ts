export const shells = ["bash", "zsh", "fish"] as const;

export type Shell = (typeof shells)[number];

/** What a shell reads once to complete the program's command lines. It asks the program itself at each TAB. */
export const completionScripts: Readonly<Record<Shell, string>> = {
  bash: `# Completion of protomesh for bash: source <(protomesh completion bash)
_protomesh() {
  local IFS=$'\\n'
  COMPREPLY=($(protomesh completion candidates -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == */ ]] && compopt -o nospace
}
complete -o default -F _protomesh protomesh
`,
  zsh: `#compdef protomesh
# Completion of protomesh for zsh: source <(protomesh completion zsh), after compinit
_protomesh() {
  local -a candidates
  candidates=("\${(@f)$(protomesh completion candidates -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${candidates[1]}" ]]; then
    compadd -a candidates
  else
    _files
  fi
}
compdef _protomesh protomesh
`,
  fish: `# Completion of protomesh for fish: protomesh completion fish | source
function __protomesh_candidates
  set -l words (commandline -opc) (commandline -ct)
  protomesh completion candidates -- $words[2..] 2>/dev/null
end
complete -c protomesh -a '(__protomesh_candidates)'
`,
};
