using Qbitel.Cryptography.Cards;

namespace Qbitel.Hsm;

/// <summary>The key and format of an encrypted PIN block.</summary>
/// <param name="Key">A PIN key, or a base derivation key with the serial number of the transaction.</param>
/// <param name="Format">0 or 3 under TDEA, 4 under AES.</param>
/// <param name="KeySerialNumber">10 bytes of TDEA DUKPT or 12 of AES DUKPT, with a base derivation key only.</param>
public readonly record struct CardPinKey(
    HsmKey Key, PinBlockFormat Format, ReadOnlyMemory<byte> KeySerialNumber = default)
{
    public bool IsDukpt => Key.CardUse == CardKeyUse.BaseDerivation;
}

/// <summary>The value by which a PIN is verified.</summary>
/// <param name="Key">Of the method: its use says which.</param>
/// <param name="Value">The four digits of a PVV, or the offset of IBM 3624.</param>
/// <param name="KeyIndex">The PVKI, one digit; for a PVV only.</param>
/// <param name="Decimalisation">16 digits; for IBM 3624 only. Part of the key's configuration, never of a
/// request.</param>
/// <param name="ValidationData">16 digits or padding; for IBM 3624 only.</param>
public readonly record struct CardPinReference(
    HsmKey Key, ReadOnlyMemory<char> Value, ReadOnlyMemory<char> KeyIndex = default,
    ReadOnlyMemory<char> Decimalisation = default, ReadOnlyMemory<char> ValidationData = default)
{
    public override string ToString() => "***";
}
