using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Qbitel.Protocols.Xml;

/// <summary>
/// A well-formed text and the table of its elements; everything else is read from the bytes when it is asked for.
/// </summary>
/// <param name="bytes">UTF-8. Offsets are from its start, also where the text is only a part of it.</param>
/// <param name="nodes">In the order of the start tags.</param>
/// <param name="attributes">In the order of the text.</param>
/// <param name="namespaces">Where elements and attributes refer to them.</param>
internal sealed class MxText(ReadOnlyMemory<byte> bytes, MxNode[] nodes, MxAttribute[] attributes, string[] namespaces)
{
    // An array behind the bytes is reached without asking what kind of memory they are, as every element does.
    private readonly ArraySegment<byte> _array =
        MemoryMarshal.TryGetArray(bytes, out ArraySegment<byte> array) ? array : default;

    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    public MxNode[] Nodes { get; } = nodes;

    public MxAttribute[] Attributes { get; } = attributes;

    public string[] Namespaces { get; } = namespaces;

    public ReadOnlySpan<byte> Span => _array.Array is null ? Bytes.Span : _array;

    public ReadOnlySpan<byte> Name(int node)
    {
        ref readonly MxNode at = ref Nodes[node];
        return Span.Slice(at.NameStart, at.NameLength);
    }

    /// <summary>The number of its name; none where no table of ours has it.</summary>
    public int NameNumber(int node)
    {
        int number = Nodes[node].NameNumber;
        return number != MxNames.None ? number : FindNumber(node);
    }

    public string NameText(int node) => Encoding.UTF8.GetString(Name(node));

    public string NamespaceOf(int node) => Namespaces[Nodes[node].Namespace];

    /// <summary>The first element inside, or -1.</summary>
    public int FirstChild(int node) => Nodes[node].Next > node + 1 ? node + 1 : -1;

    /// <summary>The element after it within the same one, or -1.</summary>
    public int NextSibling(int node)
    {
        int next = Nodes[node].Next, parent = Nodes[node].Parent;
        return next < (parent < 0 ? Nodes.Length : Nodes[parent].Next) ? next : -1;
    }

    /// <summary>The first child of a name, or -1.</summary>
    public int Child(int node, ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> text = Span;
        MxNode[] table = Nodes;
        int end = table[node].Next;
        for (int child = node + 1; child < end; child = table[child].Next)
        {
            ref readonly MxNode at = ref table[child];
            if (text.Slice(at.NameStart, at.NameLength).SequenceEqual(name)) return child;
        }

        return -1;
    }

    /// <summary>The first child whose name has a number, or -1.</summary>
    public int Child(int node, int name)
    {
        int end = Nodes[node].Next;
        for (int child = node + 1; child < end; child = Nodes[child].Next)
            if (NameNumber(child) == name) return child;
        return -1;
    }

    /// <summary>The first element down a path such as <c>GrpHdr/SttlmInf/SttlmMtd</c>, or -1.</summary>
    public int Find(int node, ReadOnlySpan<byte> path)
    {
        while (node >= 0)
        {
            int slash = path.IndexOf((byte)'/');
            node = Child(node, slash < 0 ? path : path[..slash]);
            if (slash < 0) break;
            path = path[(slash + 1)..];
        }

        return node;
    }

    /// <summary>Whether it may have a value: it has no elements inside and its type has none.</summary>
    public bool IsLeaf(int node) =>
        Nodes[node].Next == node + 1 && (Nodes[node].Content & MxContent.Complex) == MxContent.None;

    /// <summary>The value in UTF-8, references replaced and line ends normalised.</summary>
    /// <param name="node">An element.</param>
    /// <param name="rented">An array the value may need, or that an earlier one needed; the caller returns it.</param>
    public ReadOnlySpan<byte> Value(int node, ref byte[]? rented)
    {
        ref readonly MxNode at = ref Nodes[node];
        ReadOnlySpan<byte> raw = Span.Slice(at.ValueStart, at.ValueLength);
        return (at.Content & MxContent.Markup) == MxContent.None ? raw
            : MxValue.Decode(raw, isAttribute: false, ref rented);
    }

    public ReadOnlySpan<byte> Value(in MxAttribute attribute, ref byte[]? rented)
    {
        ReadOnlySpan<byte> raw = Span.Slice(attribute.ValueStart, attribute.ValueLength);
        return attribute.HasMarkup ? MxValue.Decode(raw, isAttribute: true, ref rented) : raw;
    }

    /// <summary>Whether a value is a text of ASCII.</summary>
    public bool ValueEquals(int node, string ascii)
    {
        byte[]? rented = null;
        bool isEqual = System.Text.Ascii.Equals(Value(node, ref rented), ascii);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return isEqual;
    }

    public string ValueText(int node)
    {
        byte[]? rented = null;
        string text = Encoding.UTF8.GetString(Value(node, ref rented));
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return text;
    }

    /// <summary>The value of an attribute without namespace, or null.</summary>
    public string? AttributeText(int node, ReadOnlySpan<byte> name)
    {
        int found = Attribute(node, name);
        if (found < 0) return null;

        byte[]? rented = null;
        string text = Encoding.UTF8.GetString(Value(in Attributes[found], ref rented));
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return text;
    }

    /// <summary>Which attribute without namespace has the name; -1 for none.</summary>
    public int Attribute(int node, ReadOnlySpan<byte> name)
    {
        int first = FirstAttribute(node);
        for (int i = first; i < first + Nodes[node].AttributeCount; i++)
        {
            ref readonly MxAttribute attribute = ref Attributes[i];
            if (attribute.Namespace == 0 && Span.Slice(attribute.NameStart, attribute.NameLength).SequenceEqual(name))
                return i;
        }

        return -1;
    }

    /// <summary>The first attribute of an element; any number where it has none.</summary>
    public int FirstAttribute(int node)
    {
        if (Nodes[node].AttributeCount == 0) return 0;

        int low = 0, high = Attributes.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (Attributes[middle].Node < node) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>Its names from a root on, such as <c>/Document/FIToFICstmrCdtTrf/CdtTrfTxInf[2]</c>.</summary>
    public string Path(int node, int root)
    {
        StringBuilder path = new();
        Append(path, node, root);
        return path.ToString();
    }

    /// <summary>Which of its name among the elements around it, counted from 1.</summary>
    public int Number(int node)
    {
        int parent = Nodes[node].Parent;
        if (parent < 0) return 1;

        int number = 1;
        ReadOnlySpan<byte> name = Name(node);
        for (int other = parent + 1; other < node; other = Nodes[other].Next)
            if (Nodes[other].Namespace == Nodes[node].Namespace && Name(other).SequenceEqual(name)) number++;
        return number;
    }

    private int FindNumber(int node)
    {
        int number = MxNames.Find(Name(node));
        if (number <= ushort.MaxValue) Nodes[node].NameNumber = (ushort)number;
        return number;
    }

    private void Append(StringBuilder path, int node, int root)
    {
        if (node != root && Nodes[node].Parent >= 0) Append(path, Nodes[node].Parent, root);
        path.Append('/').Append(NameText(node));
        if (node != root && Number(node) is > 1 and int number)
            path.Append('[').Append(number.ToString(CultureInfo.InvariantCulture)).Append(']');
    }
}
