namespace Qbitel.Protocols.Iso8583.Detection;

/// <summary>In which variant messages are written, with everything that competes.</summary>
/// <param name="Messages">How many were looked at.</param>
/// <param name="Candidates">The likeliest first; those that fail after those that do not.</param>
public sealed record Iso8583Detection(int Messages, IReadOnlyList<Iso8583Candidate> Candidates)
{
    /// <summary>The variant that reads all messages and is likelier than chance; null where none is.</summary>
    public Iso8583Candidate? Winner => Candidates.Count > 0 && Candidates[0] is { Failure: null, Likelihood: >= 0.5 }
        ? Candidates[0] : null;

    /// <summary>Where the likeliest variant fails, where none reads everything.</summary>
    public ParseError? Failure => Winner is null && Candidates.Count > 0 ? Candidates[0].Failure : null;
}
