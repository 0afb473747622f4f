using System.ComponentModel;
using System.Reflection;

namespace CourseKit.Kernel.Session.Stopping;

/// <summary>
/// Keeps what a cell converts implicitly to a class with a finalizer. In <c>x * 0.5</c> of a tensor, 0.5 becomes an object that nothing refers to while
/// native code reads its memory. If the garbage collector runs at that moment, the finalizer frees this memory, and the native code reads something else.
/// So the last such objects of each thread are kept. A call uses few of them at once. Straight code, which runs once, is left as it is.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Kept
{
    private const int Count = 64;
    [ThreadStatic] private static object?[]? last;
    [ThreadStatic] private static int next;

    /// <summary>Gives the value back.</summary>
    public static T Hold<T>(T value)
    {
        if (Finalized<T>.Is)
            (last ??= new object?[Count])[next++ % Count] = value;
        return value;
    }

    private static class Finalized<T>
    {
        public static readonly bool Is = typeof(T).GetMethod("Finalize", BindingFlags.Instance | BindingFlags.NonPublic, [])!.DeclaringType != typeof(object);
    }
}
