namespace CourseKit.Kernel.Jupyter;

/// <summary>Converts positions in text: Jupyter's protocol counts code points, .NET counts UTF-16 code units.</summary>
internal static class CodePoints
{
    /// <summary>Converts a position in code points to an index into the string; at most the string's length.</summary>
    public static int ToIndex(string text, int position)
    {
        var index = 0;
        for (; position > 0 && index < text.Length; position--)
            index += char.IsSurrogatePair(text, index) ? 2 : 1;
        return index;
    }

    /// <summary>Converts an index into the string to a position in code points.</summary>
    public static int FromIndex(string text, int index)
    {
        var position = 0;
        for (var at = 0; at < index && at < text.Length; position++)
            at += char.IsSurrogatePair(text, at) ? 2 : 1;
        return position;
    }
}
