using System.Text;
using Qbitel.Hsm.Pkcs11.Interop;

namespace Qbitel.Hsm.Pkcs11.Sessions;

/// <summary>What a token says of itself, without a login.</summary>
internal sealed record TokenDescription(
    ulong Slot, string Label, string Serial, string Manufacturer, string Model, string Firmware, TokenFlags Flags,
    ulong MaxSessions, bool IsHardwareSlot)
{
    /// <summary>Null where the slot holds no token any more.</summary>
    public static unsafe TokenDescription? Of(FunctionTable functions, ulong slot)
    {
        CkSlotInfo slotInfo;
        CkTokenInfo info;
        functions.GetSlotInfo(slot, &slotInfo);
        Ckr answer = functions.GetTokenInfo(slot, &info);
        if (answer is Ckr.TokenNotPresent or Ckr.TokenNotRecognized or Ckr.SlotIdInvalid) return null;

        FunctionTable.Check("C_GetTokenInfo", answer);
        return new TokenDescription(slot, Text(info.Label, 32), Text(info.Serial, 16), Text(info.Manufacturer, 32),
            Text(info.Model, 16), info.FirmwareVersion.ToString(), info.Flags,
            Limit(info.MaxSessions, info.MaxReadWriteSessions), (slotInfo.Flags & Ck.SlotHardware) != 0);
    }

    // Both limits hold; 0 is "no limit" and all ones "not said" (section 3.2).
    private static ulong Limit(ulong all, ulong readWrite) =>
        Math.Min(all is 0 ? ulong.MaxValue : all, readWrite is 0 ? ulong.MaxValue : readWrite);

    private static unsafe string Text(byte* text, int length) =>
        Encoding.UTF8.GetString(text, length).TrimEnd(' ', '\0');
}
