using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Xml;

/// <summary>What the content of an element is made of.</summary>
[Flags]
internal enum MxContent : byte
{
    None = 0,

    /// <summary>Text that is not white space.</summary>
    Text = 1,

    /// <summary>
    /// References, CDATA, comments, instructions or carriage returns: the value is not the bytes as they stand.
    /// </summary>
    Markup = 2,

    /// <summary>Its type has children: it has no value, also where it is empty.</summary>
    Complex = 4,

    /// <summary>No schema says what it is.</summary>
    Unknown = 8,
}

/// <summary>One element: where it lies in the bytes. Elements stand in the order of their starts.</summary>
/// <remarks>A message is mostly elements, and a table of them is most of what reading one allocates: 32 bytes each.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
internal struct MxNode
{
    /// <summary>The opening bracket of the start tag.</summary>
    public int Start;

    /// <summary>Past the closing bracket of the end tag.</summary>
    public int End;

    /// <summary>Past the closing bracket of the start tag.</summary>
    public int ValueStart;

    /// <summary>Bytes between the tags.</summary>
    public int ValueLength;

    /// <summary>The element around it, or -1.</summary>
    public int Parent;

    /// <summary>The element after the last one inside it.</summary>
    public int Next;

    /// <summary>The number of its name, once a table was found to have it (<see cref="MxNames"/>).</summary>
    public ushort NameNumber;

    /// <summary>Which of the text's namespaces.</summary>
    public byte Namespace;

    /// <summary>Bytes of the name without its prefix.</summary>
    public byte NameLength;

    /// <summary>Bytes of the prefix with its colon.</summary>
    public byte PrefixLength;

    public byte AttributeCount;

    public MxContent Content;

    public readonly int NameStart => Start + 1 + PrefixLength;
}

/// <summary>One attribute, declarations of namespaces included.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct MxAttribute
{
    /// <summary>Where its name begins, prefix first.</summary>
    public int Start;

    /// <summary>The element it is of.</summary>
    public int Node;

    public int ValueStart;

    public int ValueLength;

    /// <summary>Bytes of the name without its prefix.</summary>
    public byte NameLength;

    public byte Namespace;

    /// <summary>Bytes of the prefix with its colon.</summary>
    public byte PrefixLength;

    /// <summary>Whether the value is not the bytes as they stand.</summary>
    public bool HasMarkup;

    public readonly int NameStart => Start + PrefixLength;
}
