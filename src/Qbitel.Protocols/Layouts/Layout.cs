namespace Qbitel.Protocols.Layouts;

/// <summary>
/// How the messages of a protocol are built: what a parser reads and a writer writes. One description serves the
/// grammar, the generated code and the specification file.
/// </summary>
public sealed record Layout(string Name, LayoutKey? Key, IReadOnlyList<LayoutType> Types)
{
    /// <summary>What a length can count besides a part.</summary>
    public const string WholeMessage = "$message", WhatFollows = "$rest";

    /// <summary>Where a checksum can begin and end besides a part.</summary>
    public const string Start = "$start", Here = "$here", End = "$end";

    public const int MaxDepth = 6, MaxParts = 1_000, MaxTypes = 1_000;

    private const int MaxNameLength = 48;

    /// <summary>A word of small letters and digits, which code can use as it is.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= MaxNameLength && char.IsAsciiLetterLower(name[0])
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');
}

/// <summary>The bytes that tell the type; without them the types are tried one after the other.</summary>
public sealed record LayoutKey(int Offset, int Length);

/// <param name="Name">Unique in the layout.</param>
/// <param name="Key">The key's value in hex, where the layout has a key; null there for all other values.</param>
/// <param name="Parts">In the order of the wire.</param>
public sealed record LayoutType(string Name, string? Key, IReadOnlyList<LayoutPart> Parts);

public abstract record LayoutPart(string Name);

/// <summary>A run of bytes with one meaning.</summary>
/// <param name="Name">Unique among its neighbours and what encloses them.</param>
/// <param name="Type">How it is encoded, e.g. <c>uint16be</c>.</param>
/// <param name="Size">What says where it ends.</param>
public sealed record LayoutField(string Name, string Type, FieldSize Size) : LayoutPart(Name)
{
    public string Semantic { get; init; } = "unknown";

    public double Confidence { get; init; }

    /// <summary>What speaks for it, in words; never a value of the traffic.</summary>
    public string Evidence { get; init; } = "";

    public FieldRule? Rule { get; init; }

    /// <summary>The writer works it out; it is no part of a message's content.</summary>
    public bool IsDerived => Rule is not null && (Rule is not FillRule || Size is not SizeRest);
}

/// <summary>The same parts again and again.</summary>
public sealed record LayoutChain(string Name, ChainEnd End, IReadOnlyList<LayoutPart> Item) : LayoutPart(Name)
{
    public double Confidence { get; init; }

    public string Evidence { get; init; } = "";

    /// <summary>Bytes between two items, or behind each; empty where items say themselves where they end.</summary>
    public ReadOnlyMemory<byte> Delimiter { get; init; }

    /// <summary>The delimiter also stands behind the last item.</summary>
    public bool IsTerminated { get; init; }
}

/// <summary>What says where a field ends.</summary>
public abstract record FieldSize;

public sealed record FixedSize(int Bytes) : FieldSize;

/// <summary>An earlier field with a <see cref="LengthRule"/> about this one.</summary>
public sealed record SizeBy(string Field) : FieldSize;

/// <summary>Bytes that end it and follow it; they are not in it.</summary>
public sealed record SizeUntil(ReadOnlyMemory<byte> Delimiter) : FieldSize;

/// <summary>As many bytes as fill up a neighbour, or the message so far, to a multiple.</summary>
/// <param name="Unit">At most 64.</param>
/// <param name="Of">An earlier neighbour, or <see cref="Layout.Start"/>.</param>
public sealed record SizeToMultiple(int Unit, string Of) : FieldSize;

/// <summary>All but what must follow, which is of fixed size.</summary>
public sealed record SizeRest : FieldSize;

/// <summary>What says where a chain ends: nothing but the end of what encloses it, a count, or a length.</summary>
public abstract record ChainEnd;

public sealed record EndOfRegion : ChainEnd;

public sealed record EndByCount(string Field) : ChainEnd;

public sealed record EndByLength(string Field) : ChainEnd;

/// <summary>Bytes that stand where an item would begin; they belong to the chain.</summary>
public sealed record EndByMark(ReadOnlyMemory<byte> Mark) : ChainEnd;

/// <summary>What the value of a field follows from.</summary>
public abstract record FieldRule;

public sealed record ConstantRule(ReadOnlyMemory<byte> Value) : FieldRule;

/// <summary>Every byte of it is the same one.</summary>
public sealed record FillRule(byte Value) : FieldRule;

/// <summary>value = bytes of what it counts / unit + addend.</summary>
public sealed record LengthRule(string Of, int Unit, int Addend) : FieldRule;

/// <summary>value = items of the chain + addend.</summary>
public sealed record CountRule(string Of, int Addend) : FieldRule;

/// <summary>Over the bytes from one place to another; where the field itself is among them it counts as
/// zeros.</summary>
public sealed record ChecksumRule(string Algorithm, string From, string To) : FieldRule;
