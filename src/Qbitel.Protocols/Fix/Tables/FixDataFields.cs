namespace Qbitel.Protocols.Fix.Tables;

/// <summary>Which length field announces which data field: the same numbers in every version carried.</summary>
internal static class FixDataFields
{
    /// <summary>The data field that follows a length field; 0 for any other field.</summary>
    public static int DataTagOf(int lengthTag) => lengthTag switch
    {
        93 => 89,
        90 => 91,
        95 or 212 or 348 or 350 or 352 or 354 or 356 or 358 or 360 or 362 or 364 or 445 or 618 or 621 => lengthTag + 1,
        1184 or 1277 or 1280 or 1282 or 1359 or 1397 or 1401 or 1403 or 1468 or 2111 => lengthTag + 1,
        _ => 0,
    };

    /// <summary>The length field before a data field; 0 for any other field.</summary>
    public static int LengthTagOf(int dataTag) => dataTag switch
    {
        89 => 93,
        91 => 90,
        _ => DataTagOf(dataTag - 1) == dataTag ? dataTag - 1 : 0,
    };
}
