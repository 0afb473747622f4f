namespace CourseKit.Kernel.Jupyter;

/// <summary>Converts positions in text: the protocol counts code points, .NET counts UTF-16 units.</summary>
internal static class CodePoints
{
    /// <summary>The index of a position, kept within the text.</summary>
    public static int ToIndex(string text, int position)
    {
        var index = 0;
        for (; position > 0 && index < text.Length; position--)
            index += char.IsSurrogatePair(text, index) ? 2 : 1;
        return index;
    }

    /// <summary>The position of an index.</summary>
    public static int FromIndex(string text, int index)
    {
        var position = 0;
        for (var at = 0; at < index && at < text.Length; position++)
            at += char.IsSurrogatePair(text, at) ? 2 : 1;
        return position;
    }
}
