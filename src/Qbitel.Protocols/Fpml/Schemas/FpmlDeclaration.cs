namespace Qbitel.Protocols.Fpml.Schemas;

/// <summary>An element as the schema declares it.</summary>
internal sealed class FpmlDeclaration(FpmlSchema schema, string name, int code, string typeName, bool isAbstract)
{
    private FpmlType? _type;

    public string Name { get; } = name;

    /// <summary>Its name and namespace as one number.</summary>
    public int Code { get; } = code;

    public string TypeName { get; } = typeName;

    /// <summary>Whether only members of its substitution group may stand for it.</summary>
    public bool IsAbstract { get; } = isAbstract;

    public FpmlType Type => _type ??= schema.Type(TypeName);
}

/// <summary>An attribute as the schema declares it.</summary>
/// <param name="Name">Without namespace.</param>
/// <param name="Type">Of its value.</param>
/// <param name="IsRequired">Whether the element cannot do without.</param>
/// <param name="Fixed">The only value it may have, or null.</param>
/// <param name="Target">Where it refers to another element: the type of that one, or null.</param>
internal sealed record FpmlAttribute(string Name, FpmlSimpleType Type, bool IsRequired, string? Fixed, string? Target)
{
    private readonly byte[] _name = System.Text.Encoding.UTF8.GetBytes(Name);

    public ReadOnlySpan<byte> NameBytes => _name;
}
