using System.Collections;

namespace CourseKit.Kernel.Display;

/// <summary>
/// The first items of a sequence. The sequence is enumerated only once, because it may be endless or slow, fail half-way, or differ each time.
/// </summary>
/// <param name="Type">The type of the sequence.</param>
/// <param name="IsDictionary">Whether the items are pairs of a key and a value.</param>
/// <param name="Items">At most <see cref="Length"/> items.</param>
/// <param name="Count">The number of items in the whole sequence; null if the sequence would have to be read further to count them.</param>
/// <param name="Failure">The exception that the sequence threw after these items; null if it threw none.</param>
internal sealed record Excerpt(Type Type, bool IsDictionary, IReadOnlyList<object?> Items, int? Count, Exception? Failure)
{
    public const int Length = 20;

    /// <summary>Whether the sequence has more items than <see cref="Items"/>.</summary>
    public bool IsCut => Failure is null && Count != Items.Count;

    public static Excerpt Of(IEnumerable sequence)
    {
        var (type, isDictionary) = (sequence.GetType(), Column.IsDictionary(sequence));
        List<object?> items = [];
        try
        {
            foreach (var item in sequence)
            {
                if (items.Count == Length)
                    return new(type, isDictionary, items, CountOf(sequence), null);
                items.Add(item);
            }
            return new(type, isDictionary, items, items.Count, null);
        }
        catch (Exception error) when (IsOfTheValue(error))
        {
            return new(type, isDictionary, items, null, error);
        }
    }

    /// <summary>Whether the value's own code threw this error. Otherwise the error means that the cell is being stopped.</summary>
    public static bool IsOfTheValue(Exception error) => error is not (OperationCanceledException or ThreadInterruptedException or ThreadAbortException);

    private static int? CountOf(IEnumerable sequence) => sequence is ICollection collection ? collection.Count
        : sequence.GetType().GetInterfaces().FirstOrDefault(type => Column.IsOf(typeof(IReadOnlyCollection<>), type) || Column.IsOf(typeof(ICollection<>), type))
            ?.GetProperty(nameof(ICollection.Count))!.GetValue(sequence) as int?;
}
