namespace Qbitel.Protocols.Fix.Tables;

/// <summary>One message type of a version: the fields of header, body and trailer as one list.</summary>
internal sealed class FixMessageRule(string type, string name, IReadOnlyList<FixMember> header,
    IReadOnlyList<FixMember> body, IReadOnlyList<FixMember> trailer)
{
    public string Type => type;

    public string Name => name;

    public FixMembers Members { get; } = new([.. header, .. body, .. trailer]);

    /// <summary>The first place of the body.</summary>
    public int BodyStart => header.Count;

    /// <summary>The first place of the trailer.</summary>
    public int TrailerStart => Members.All.Count - trailer.Count;

    /// <summary>The members of the body alone.</summary>
    public IEnumerable<FixMember> Body => Members.All.Take(TrailerStart).Skip(BodyStart);
}
