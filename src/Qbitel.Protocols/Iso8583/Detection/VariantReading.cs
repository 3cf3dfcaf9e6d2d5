namespace Qbitel.Protocols.Iso8583.Detection;

/// <summary>A message read in one variant, to its end or to where it failed.</summary>
/// <param name="Profile">The field table.</param>
/// <param name="Encoding">How the message would be written.</param>
/// <param name="Told">The choices that something in the message depends on; the others are the usual ones.</param>
/// <param name="Bits">How much more likely the bytes are so than at random.</param>
/// <param name="Fields">Fields read.</param>
/// <param name="IsWhole">Whether all of the message was read.</param>
internal sealed record VariantReading(
    Iso8583Profile Profile, Iso8583Encoding Encoding, VariantDimensions Told, double Bits, int Fields, bool IsWhole);
