namespace Qbitel.Hsm.Pkcs11;

/// <summary>What a token says of itself, and against what this provider was tested.</summary>
/// <param name="Label">The token's label.</param>
/// <param name="Serial">Its serial number.</param>
/// <param name="Manufacturer">Who made it.</param>
/// <param name="Model">What it is.</param>
/// <param name="Firmware">The version of what runs in it.</param>
/// <param name="Interface">The version of PKCS#11 that is spoken with its module.</param>
/// <param name="Mechanisms">How many mechanisms its slot lists.</param>
/// <param name="IsHardware">The slot and the vendor both say that keys are in hardware.</param>
/// <param name="Tested">The real thing the provider was tested with, or that it was not.</param>
public sealed record Pkcs11TokenFacts(
    string Label, string Serial, string Manufacturer, string Model, string Firmware, string Interface, int Mechanisms,
    bool IsHardware, string Tested);
