namespace Qbitel.Commands;

/// <summary>One script per shell; each asks the program itself, so that it never lags behind the commands.</summary>
internal static class CompletionScripts
{
    public static IEnumerable<string> Shells => ["bash", "zsh", "fish"];

    public static string For(string shell) => shell switch { "bash" => Bash, "zsh" => Zsh, _ => Fish };

    // COMP_WORDS[0] is the program as it was typed, so ./qbitel completes by itself and not by another one of the PATH.
    private const string Bash = """
        # bash completion for qbitel
        _qbitel() {
          local program=${COMP_WORDS[0]/#\~/$HOME} word=${COMP_WORDS[COMP_CWORD]}
          local words=("${COMP_WORDS[@]:1:COMP_CWORD}")
          COMPREPLY=()
          local candidate
          while IFS= read -r candidate; do
            COMPREPLY+=("$candidate")
          done < <("$program" '[complete]' "${words[@]}" 2>/dev/null)
          # Nothing to offer: the word is a file, which bash completes itself.
          [ "${#COMPREPLY[@]}" -gt 0 ] || compopt -o default 2>/dev/null
        }
        complete -F _qbitel qbitel ./qbitel
        """;

    private const string Zsh = """
        #compdef qbitel
        _qbitel() {
          local -a candidates
          candidates=("${(@f)$("${words[1]}" '[complete]' "${(@)words[2,CURRENT]}" 2>/dev/null)}")
          candidates=("${(@)candidates:#}")
          if (( ${#candidates} )); then
            compadd -a candidates
          else
            _files
          fi
        }
        if [ "$funcstack[1]" = "_qbitel" ]; then
          _qbitel "$@"
        else
          compdef _qbitel qbitel
        fi
        """;

    private const string Fish = """
        # fish completion for qbitel
        function __qbitel_complete
          set -l words (commandline -opc) (commandline -ct)
          $words[1] '[complete]' $words[2..-1] 2>/dev/null
        end
        function __qbitel_has_candidates
          test (count (__qbitel_complete)) -gt 0
        end
        complete -c qbitel -n __qbitel_has_candidates -f -a '(__qbitel_complete)'
        complete -c qbitel -n 'not __qbitel_has_candidates' -F
        """;
}
