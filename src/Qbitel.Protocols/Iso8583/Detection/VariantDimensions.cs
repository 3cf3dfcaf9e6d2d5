namespace Qbitel.Protocols.Iso8583.Detection;

/// <summary>The choices of an encoding that a message can tell.</summary>
[Flags]
internal enum VariantDimensions
{
    None = 0,
    Numbers = 1,
    Text = 2,
    Bytes = 4,
    Prefix = 8,
    Unit = 16,
    Padding = 32,
    Sign = 64,
}
