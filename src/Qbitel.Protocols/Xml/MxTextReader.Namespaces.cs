using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Qbitel.Protocols.Xml;

/// <content>Namespaces in XML 1.0: what prefixes stand for, and that no attribute is there twice.</content>
internal ref partial struct MxTextReader
{
    // Declarations first, for they hold for the tag they stand in.
    private bool Resolve(ref MxNode node)
    {
        int index = _nodeCount - 1, first = _attributeCount - node.AttributeCount;
        for (int i = first; i < _attributeCount; i++)
        {
            ref MxAttribute attribute = ref _attributes[i];
            ReadOnlySpan<byte> name = _text.Slice(attribute.NameStart, attribute.NameLength);
            bool isDefault = attribute.PrefixLength == 0 && name.SequenceEqual("xmlns"u8);
            if (isDefault || _text.Slice(attribute.Start, attribute.PrefixLength).SequenceEqual("xmlns:"u8))
            {
                attribute.Namespace = 1;
                if (!Declare(index, in attribute, isDefault ? [] : name)) return false;
            }
        }

        if (!Lookup(_text.Slice(node.Start + 1, node.PrefixLength), out node.Namespace))
            return Fault(node.Start, "a declared prefix", "another");

        for (int i = first; i < _attributeCount; i++)
        {
            ref MxAttribute attribute = ref _attributes[i];
            if (attribute.Namespace == 0 && attribute.PrefixLength > 0
                && !Lookup(_text.Slice(attribute.Start, attribute.PrefixLength), out attribute.Namespace))
            {
                return Fault(attribute.Start, "a declared prefix", "another");
            }

            ReadOnlySpan<byte> name = _text.Slice(attribute.NameStart, attribute.NameLength);
            for (int j = first; j < i; j++)
            {
                if (_attributes[j].Namespace == attribute.Namespace
                    && _text.Slice(_attributes[j].NameStart, _attributes[j].NameLength).SequenceEqual(name)
                    && (attribute.Namespace != 1 || _attributes[j].PrefixLength == attribute.PrefixLength))
                {
                    return Fault(attribute.Start, "each attribute once", "one twice");
                }
            }

            if (attribute.Namespace == 2 && name.SequenceEqual("space"u8) && !IsSpaceRule(in attribute))
                return Fault(attribute.ValueStart, "default or preserve", "another");
        }

        return true;
    }

    private readonly bool IsSpaceRule(in MxAttribute attribute)
    {
        byte[]? rented = null;
        ReadOnlySpan<byte> raw = _text.Slice(attribute.ValueStart, attribute.ValueLength);
        ReadOnlySpan<byte> value = attribute.HasMarkup ? MxValue.Decode(raw, isAttribute: true, ref rented) : raw;
        value = value.Trim(MxCharacters.Space);
        bool isKnown = value.SequenceEqual("default"u8) || value.SequenceEqual("preserve"u8);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return isKnown;
    }

    private bool Declare(int node, in MxAttribute attribute, ReadOnlySpan<byte> prefix)
    {
        byte[]? rented = null;
        ReadOnlySpan<byte> raw = _text.Slice(attribute.ValueStart, attribute.ValueLength);
        ReadOnlySpan<byte> uri = attribute.HasMarkup ? MxValue.Decode(raw, isAttribute: true, ref rented) : raw;
        int known = -1;
        for (int i = 0; i < _namespaceCount && known < 0; i++) if (IsSame(_namespaces[i], uri)) known = i;
        if (known < 0)
        {
            if (_namespaceCount == MxLimits.Namespaces)
            {
                if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
                return Limit(attribute.Start, "Mx.TooManyNamespaces", $"more than {MxLimits.Namespaces} namespaces");
            }

            if (_namespaceCount == _namespaces.Length) Array.Resize(ref _namespaces, 2 * _namespaceCount);
            known = _namespaceCount;
            _namespaces[_namespaceCount++] = Encoding.UTF8.GetString(uri);
        }

        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        // Namespaces in XML 1.0, 3: what the two reserved prefixes mean cannot be changed, nor a prefix undeclared.
        bool isXml = prefix.SequenceEqual("xml"u8);
        if (prefix.SequenceEqual("xmlns"u8) || known == 1 || (known == 2) != isXml || (known == 0 && !prefix.IsEmpty))
            return Fault(attribute.Start, "a namespace that may be declared so", "another");

        if (_bindingCount == _bindings.Length) Grow(ref _bindings);
        _bindings[_bindingCount++] = new Binding(attribute.NameStart, prefix.Length, node, (byte)known);
        if (prefix.IsEmpty) _default = (byte)known;
        return true;
    }

    private static bool IsSame(string text, ReadOnlySpan<byte> bytes)
    {
        return text.Length == bytes.Length ? System.Text.Ascii.Equals(bytes, text)
            : bytes.Length > text.Length && Encoding.UTF8.GetCharCount(bytes) == text.Length
                && Encoding.UTF8.GetString(bytes) == text;
    }

    /// <param name="prefix">With its colon, or empty.</param>
    /// <param name="found">The namespace; the empty one where none is declared for no prefix.</param>
    private readonly bool Lookup(ReadOnlySpan<byte> prefix, out byte found)
    {
        if (!prefix.IsEmpty) prefix = prefix[..^1];
        for (int i = _bindingCount - 1; i >= 0; i--)
        {
            ref readonly Binding binding = ref _bindings[i];
            if (binding.PrefixLength == prefix.Length
                && (prefix.IsEmpty || _text.Slice(binding.PrefixStart, binding.PrefixLength).SequenceEqual(prefix)))
            {
                found = binding.Namespace;
                return true;
            }
        }

        found = prefix.SequenceEqual("xml"u8) ? (byte)2 : (byte)0;
        return prefix.IsEmpty || found == 2;
    }

    private void Undeclare(int node)
    {
        while (_bindingCount > 0 && _bindings[_bindingCount - 1].Node == node) _bindingCount--;
        Lookup([], out _default);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Binding(int PrefixStart, int PrefixLength, int Node, byte Namespace);
}
