using System.Collections;

namespace CourseKit.Kernel.Display;

/// <summary>The first items of a sequence, read once: it may be endless, slow, different each time, or fail half-way.</summary>
/// <param name="Items">At most <see cref="Length"/> items.</param>
/// <param name="Count">How many there are in all; null where only reading on would tell.</param>
/// <param name="Failure">What the sequence threw after these items; null where it did not.</param>
internal sealed record Excerpt(IReadOnlyList<object?> Items, int? Count, Exception? Failure)
{
    public const int Length = 20;

    /// <summary>Whether there are more items than these.</summary>
    public bool IsCut => Failure is null && Count != Items.Count;

    public static Excerpt Of(IEnumerable sequence)
    {
        List<object?> items = [];
        try
        {
            foreach (var item in sequence)
            {
                if (items.Count == Length)
                    return new(items, CountOf(sequence), null);
                items.Add(item);
            }
            return new(items, items.Count, null);
        }
        catch (Exception error) when (IsOfTheValue(error))
        {
            return new(items, null, error);
        }
    }

    /// <summary>Whether the value's own code threw this, rather than that the cell is being stopped.</summary>
    public static bool IsOfTheValue(Exception error) => error is not (OperationCanceledException or ThreadInterruptedException or ThreadAbortException);

    private static int? CountOf(IEnumerable sequence) => sequence is ICollection collection ? collection.Count
        : sequence.GetType().GetInterfaces().FirstOrDefault(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyCollection<>))
            ?.GetProperty(nameof(ICollection.Count))!.GetValue(sequence) as int?;
}
