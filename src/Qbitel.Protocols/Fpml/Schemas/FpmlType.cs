namespace Qbitel.Protocols.Fpml.Schemas;

/// <summary>A type of the schema: of elements with children, of elements with a value and attributes, or of
/// values.</summary>
internal sealed class FpmlType(string name, string? baseName, FpmlType? parent)
{
    private readonly FpmlAttribute[] _attributes = [];
    private readonly Lazy<FpmlModel>? _model;

    public string Name { get; } = name;

    /// <summary>The type it extends or restricts; null for none.</summary>
    public string? BaseName { get; } = baseName;

    public FpmlType? Parent { get; } = parent;

    public bool IsAbstract { get; init; }

    public bool IsMixed { get; init; }

    /// <summary>The type of its value; null where it has elements.</summary>
    public FpmlSimpleType? Value { get; init; }

    public IReadOnlyList<FpmlAttribute> AttributeList
    {
        get => _attributes;
        init
        {
            _attributes = [.. value];
            RequiredAttributes = value.Count(each => each.IsRequired);
        }
    }

    public ReadOnlySpan<FpmlAttribute> Attributes => _attributes;

    public int RequiredAttributes { get; private init; }

    /// <summary>Its own content after that of the types it extends.</summary>
    public IReadOnlyList<FpmlParticle> Content { get; init; } = [];

    public Lazy<FpmlModel>? LazyModel { init => _model = value; }

    public FpmlModel Model => _model!.Value;

    public bool HasElements => _model is not null;

    /// <summary>Whether it is another type or derives from it.</summary>
    public bool Is(string other)
    {
        for (FpmlType? at = this; at is not null; at = at.Parent) if (at.Name == other) return true;
        return false;
    }

    public override string ToString() => Name;
}
