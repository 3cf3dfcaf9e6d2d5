using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Iso8583;

/// <summary>Where the parts of a message before its fields lie.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Iso8583Layout(int MtiOffset, int BitmapOffset, int FieldsOffset)
{
    /// <summary>One bit for every field up to 192, that of field 1 the highest of the first.</summary>
    public ulong First { get; init; }

    public ulong Second { get; init; }

    public ulong Third { get; init; }

    public bool Has(int number) =>
        ((number <= 64 ? First >> (64 - number) : number <= 128 ? Second >> (128 - number) : Third >> (192 - number))
            & 1) != 0;
}
