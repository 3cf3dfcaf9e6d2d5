using System.CommandLine;
using Qbitel.KeyFiles;

namespace Qbitel.Commands;

/// <summary>Where a passphrase comes from: a file, a variable or the terminal, and never the command line
/// itself.</summary>
internal sealed class PassphraseOptions
{
    private readonly bool _isNew;

    /// <param name="isNew">It will encrypt a key that is written; else it opens one that is read.</param>
    /// <param name="prefix">Before the names of the options, for a command that has two of them.</param>
    public PassphraseOptions(bool isNew, string prefix = "")
    {
        _isNew = isNew;
        string does = isNew ? "Encrypt the private key with" : "An encrypted private key opens with";
        FromFile = new($"--{prefix}passphrase-file")
        {
            Description = $"{does} the first line of this file",
            HelpName = "FILE",
        };
        FromVariable = new($"--{prefix}passphrase-env")
        {
            Description = $"{does} the value of this environment variable",
            HelpName = "NAME",
        };
        Ask = new($"--{prefix}passphrase-ask") { Description = $"{does} what is typed at the terminal" };
    }

    public Option<string?> FromFile { get; }

    public Option<string?> FromVariable { get; }

    public Option<bool> Ask { get; }

    /// <summary>Without <see cref="Ask"/> where one opens a key: it is asked for by itself.</summary>
    public IEnumerable<Option> All => _isNew ? [FromFile, FromVariable, Ask] : [FromFile, FromVariable];

    /// <summary>Null where none was asked for.</summary>
    public Passphrase? New(ParseResult line, string path)
    {
        bool ask = line.GetValue(Ask);
        if ((line.GetValue(FromFile) is null ? 0 : 1) + (line.GetValue(FromVariable) is null ? 0 : 1)
            + (ask ? 1 : 0) > 1)
        {
            throw new MisusedException("There is more than one place the passphrase would come from.");
        }

        return ask ? Passphrase.FromTerminal(path, isNew: true) : Given(line);
    }

    /// <summary>Of a key that is read; the terminal is asked where no option says otherwise.</summary>
    public Func<Passphrase> Of(ParseResult line, string path) =>
        () => Given(line) ?? Passphrase.FromTerminal(path, isNew: false);

    private Passphrase? Given(ParseResult line) =>
        line.GetValue(FromFile) is { } file ? Passphrase.FromFile(file)
        : line.GetValue(FromVariable) is { } variable ? Passphrase.FromEnvironment(variable)
        : null;
}
