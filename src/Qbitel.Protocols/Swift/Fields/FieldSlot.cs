using System.Runtime.InteropServices;
using System.Text;

namespace Qbitel.Protocols.Swift.Fields;

/// <summary>Where the value of one field lies, with its tag: a row of the table over a message's bytes.</summary>
/// <param name="Tag">See <see cref="SwiftTag"/>; of a block its name.</param>
/// <param name="ValueOffset">Bytes from the start of the message.</param>
/// <param name="ValueLength">Bytes without the line end that ends the field.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FieldSlot(uint Tag, int ValueOffset, int ValueLength)
{
    public int End => ValueOffset + ValueLength;

    public ReadOnlySpan<byte> Value(ReadOnlySpan<byte> message) => message.Slice(ValueOffset, ValueLength);

    /// <summary>The byte where the field begins: the colon or brace before its tag.</summary>
    public int Offset(ReadOnlySpan<byte> message)
    {
        int tag = ValueOffset - 2;
        if (Tag != 0) return tag - SwiftTag.Length(Tag);
        while (tag >= 0 && message[tag] is not ((byte)':' or (byte)'{')) tag--;
        return tag;
    }

    public string TagText(ReadOnlySpan<byte> message)
    {
        if (Tag != 0) return SwiftTag.Text(Tag);
        int begin = Offset(message) + 1;
        return Encoding.Latin1.GetString(message[begin..(ValueOffset - 1)]);
    }
}
