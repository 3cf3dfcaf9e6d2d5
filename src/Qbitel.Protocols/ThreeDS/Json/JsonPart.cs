using System.Runtime.InteropServices;
using System.Text.Json;

namespace Qbitel.Protocols.ThreeDS.Json;

/// <summary>One value of a JSON text and where it stands.</summary>
/// <param name="Kind">Of its first token.</param>
/// <param name="NameOffset">Of the name's first byte, within its quotes; -1 where it has none.</param>
/// <param name="NameLength">Bytes of the name as it is written.</param>
/// <param name="Offset">Of the value's first byte, a quote where it is a string.</param>
/// <param name="Length">Bytes of the whole value.</param>
/// <param name="End">The number of the part after this one and all that is in it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct JsonPart(
    JsonTokenType Kind, int NameOffset, int NameLength, int Offset, int Length, int End)
{
    public bool IsObject => Kind == JsonTokenType.StartObject;

    public bool IsArray => Kind == JsonTokenType.StartArray;

    public bool IsString => Kind == JsonTokenType.String;

    /// <summary>Where the name, or the value without one, begins.</summary>
    public int Start => NameOffset < 0 ? Offset : NameOffset - 1;
}
