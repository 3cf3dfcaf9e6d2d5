using System.Formats.Asn1;

namespace Qbitel.Cryptography.Lattices;

/// <summary>Reads DER from the front of a span, without copying what may be secret.</summary>
/// <remarks>
/// Every method throws <see cref="AsnContentException"/> where the bytes are not what it was asked for.
/// </remarks>
internal ref struct DerReader(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> _rest = data;

    public readonly bool IsEmpty => _rest.IsEmpty;

    public readonly bool NextIs(Asn1Tag tag) =>
        Asn1Tag.TryDecode(_rest, out Asn1Tag next, out _) && next.HasSameClassAndValue(tag);

    public DerReader ReadSequence(Asn1Tag? tag = null)
    {
        AsnDecoder.ReadSequence(_rest, AsnEncodingRules.DER, out int offset, out int length, out int consumed, tag);
        DerReader content = new(_rest.Slice(offset, length));
        _rest = _rest[consumed..];
        return content;
    }

    public ReadOnlySpan<byte> ReadOctetString(Asn1Tag? tag = null)
    {
        if (!AsnDecoder.TryReadPrimitiveOctetString(
                _rest, AsnEncodingRules.DER, out ReadOnlySpan<byte> value, out int consumed, tag))
        {
            throw new AsnContentException("An octet string is constructed, which DER forbids.");
        }

        _rest = _rest[consumed..];
        return value;
    }

    /// <summary>A bit string of whole bytes.</summary>
    public ReadOnlySpan<byte> ReadBitString(Asn1Tag? tag = null)
    {
        if (!AsnDecoder.TryReadPrimitiveBitString(
                _rest, AsnEncodingRules.DER, out int unused, out ReadOnlySpan<byte> value, out int consumed, tag)
            || unused != 0)
        {
            throw new AsnContentException("A bit string is not made of whole bytes.");
        }

        _rest = _rest[consumed..];
        return value;
    }

    public int ReadInt32()
    {
        if (!AsnDecoder.TryReadInt32(_rest, AsnEncodingRules.DER, out int value, out int consumed))
            throw new AsnContentException("An integer is out of range.");

        _rest = _rest[consumed..];
        return value;
    }

    /// <summary>The content of an integer of any size.</summary>
    public ReadOnlySpan<byte> ReadInteger()
    {
        ReadOnlySpan<byte> value = AsnDecoder.ReadIntegerBytes(_rest, AsnEncodingRules.DER, out int consumed);
        _rest = _rest[consumed..];
        return value;
    }

    public string ReadObjectIdentifier()
    {
        string value = AsnDecoder.ReadObjectIdentifier(_rest, AsnEncodingRules.DER, out int consumed);
        _rest = _rest[consumed..];
        return value;
    }

    public void ReadNull()
    {
        AsnDecoder.ReadNull(_rest, AsnEncodingRules.DER, out int consumed);
        _rest = _rest[consumed..];
    }

    /// <summary>One value of any type with its tag and length.</summary>
    public ReadOnlySpan<byte> ReadEncodedValue()
    {
        AsnDecoder.ReadEncodedValue(_rest, AsnEncodingRules.DER, out _, out _, out int consumed);
        ReadOnlySpan<byte> value = _rest[..consumed];
        _rest = _rest[consumed..];
        return value;
    }

    /// <summary>Passes over one value of any type.</summary>
    public void Skip()
    {
        AsnDecoder.ReadEncodedValue(_rest, AsnEncodingRules.DER, out _, out _, out int consumed);
        _rest = _rest[consumed..];
    }

    public readonly void ThrowIfNotEmpty()
    {
        if (!_rest.IsEmpty) throw new AsnContentException($"{_rest.Length} bytes follow where the value should end.");
    }
}
