namespace Qbitel.Protocols.Fix;

/// <summary>What an execution report says of the state of an order.</summary>
/// <param name="Side">Field 54: 1 buy, 2 sell.</param>
/// <param name="OrderStatus">Field 39: 0 new, 1 partially filled, 2 filled.</param>
/// <param name="RemainingQuantity">LeavesQty (151).</param>
/// <param name="ExecutedQuantity">CumQty (14).</param>
/// <param name="AveragePrice">AvgPx (6).</param>
public sealed record FixExecution(char Side, char OrderStatus, decimal RemainingQuantity, decimal ExecutedQuantity,
    decimal AveragePrice);
