namespace Qbitel.Protocols.Iso20022.Profiles;

/// <summary>A message judged by its schema, the rules of its definition, and a rail's pack.</summary>
internal sealed record ProfiledMessage(string? MessageType, ReadOnlyMemory<byte> Source, MxDocument Document,
    IReadOnlyList<Diagnostic> Findings)
{
    public MxElement? Header { get; } = Document.Header;

    public MxElement Root { get; } = Document.Root;

    /// <summary>The message's element below its Document.</summary>
    public MxElement? Body { get; } = Document.Root.Children is [var body, ..] ? body : null;

    /// <param name="source">The bytes; kept.</param>
    /// <param name="profile">The rail's pack; null for none.</param>
    /// <param name="options">The mode and the day.</param>
    /// <param name="message">The first message; look at its findings.</param>
    /// <param name="error">Why there is no message.</param>
    public static bool TryRead(ReadOnlyMemory<byte> source, MxProfile? profile, ParseOptions options,
        out ProfiledMessage message, out ParseError error)
    {
        message = null!;
        if (!MxInput.TryRead(source, out MxInput input, out error)) return false;

        // One message a file: a second one is a fault, as is what cannot be read behind the first.
        DiagnosticList findings = new();
        MxDocument document = input.Documents[0];
        foreach (Diagnostic finding in document.Findings)
            findings.Add(profile?.Tolerate(finding, document.Root, options.Mode) ?? finding);
        if (input.Documents.Count > 1)
        {
            findings.Add(MxJudge.Finding("Profile.OneMessage", Severity.Error, "a text holds one message",
                input.Documents[1].Root, "the end of the text", "another message"));
        }

        if (input.Error is { } broken) findings.Add(broken.Diagnostic);
        if (document.Type is { } type) profile?.Check(type, document.Root, document.Header, findings, options);
        message = new ProfiledMessage(document.Type, source, document, findings.Found);
        return true;
    }

    /// <summary>The same message, or the first error it has.</summary>
    /// <exception cref="MessageFormatException">It is not valid.</exception>
    public ProfiledMessage OrThrow() => Findings.FirstError() is { } fault
        ? throw new MessageFormatException(new ParseError(fault)) : this;
}
