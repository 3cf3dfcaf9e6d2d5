using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Swift;

/// <summary>Where one block <c>{n:…}</c> of a message lies.</summary>
/// <param name="Id">1 to 5, or S.</param>
/// <param name="Offset">Its opening brace.</param>
/// <param name="Length">Bytes up to and with its closing brace.</param>
/// <param name="ContentOffset">The byte after the colon.</param>
/// <param name="ContentLength">Bytes before what closes the block.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SwiftBlock(char Id, int Offset, int Length, int ContentOffset, int ContentLength)
{
    internal int End => Offset + Length;
}
