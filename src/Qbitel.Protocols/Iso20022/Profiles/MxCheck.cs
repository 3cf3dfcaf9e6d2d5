using System.Buffers;
using System.Text;
using Qbitel.Protocols.Xml;

namespace Qbitel.Protocols.Iso20022.Profiles;

/// <summary>What a rule asks of an element; stateless, so that a pack is shared.</summary>
internal abstract class MxCheck
{
    /// <summary>What must be, in words.</summary>
    public abstract string Expected { get; }

    /// <summary>The element at fault; -1 where the test is passed.</summary>
    public abstract int Fault(MxText text, int node);

    /// <summary>What was found instead, masked.</summary>
    public virtual string Actual(MxElement fault) => fault.Value is { } value ? fault.Redaction.Mask(value) : "nothing";

    public static bool IsOneOf(MxText text, int node, byte[][] values)
    {
        byte[]? rented = null;
        ReadOnlySpan<byte> value = text.Value(node, ref rented);
        bool found = false;
        foreach (byte[] each in values) found |= value.SequenceEqual(each);
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return found;
    }
}

/// <summary>A test of the value alone; what has elements inside is the schema's to judge.</summary>
internal abstract class MxValueCheck : MxCheck
{
    public sealed override int Fault(MxText text, int node)
    {
        if (!text.IsLeaf(node)) return -1;

        byte[]? rented = null;
        bool accepted = Accepts(text.Value(node, ref rented));
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        return accepted ? -1 : node;
    }

    /// <param name="value">In UTF-8.</param>
    protected abstract bool Accepts(ReadOnlySpan<byte> value);
}

/// <summary>A test of the characters of a value.</summary>
internal abstract class MxTextCheck : MxValueCheck
{
    // Room on the stack is cleared before use, so it is no more than most values need.
    private const int ShortValue = 48;

    protected sealed override bool Accepts(ReadOnlySpan<byte> value) =>
        value.Length <= ShortValue ? AcceptsShort(value) : AcceptsLong(value);

    protected abstract bool Accepts(ReadOnlySpan<char> value);

    private bool AcceptsShort(ReadOnlySpan<byte> value)
    {
        Span<char> characters = stackalloc char[ShortValue];
        return Accepts(characters[..Encoding.UTF8.GetChars(value, characters)]);
    }

    private bool AcceptsLong(ReadOnlySpan<byte> value)
    {
        char[] characters = ArrayPool<char>.Shared.Rent(value.Length);
        bool accepted = Accepts(characters.AsSpan(0, Encoding.UTF8.GetChars(value, characters)));
        ArrayPool<char>.Shared.Return(characters);
        return accepted;
    }
}
