using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace CourseKit.Kernel.Display;

/// <summary>The plain text of a value.</summary>
internal static class PlainText
{
    private const int MaxDepth = 3, MaxLength = 1_000_000, MaxInner = 1000, MaxMessage = 10_000, MaxErrors = 100;

    /// <summary>
    /// The value's text. Inside another value (depth above 0) the text is shorter. There, if making the text fails, the text is the exception's name.
    /// </summary>
    public static string Of(object? value, int depth = 0)
    {
        try
        {
            return depth > 0 ? Cut(Describe(value, depth), MaxInner) : CutWithCount(Describe(value, depth), MaxLength);
        }
        catch (Exception error) when (depth > 0 && Excerpt.IsOfTheValue(error))
        {
            return $"({error.GetType().Name})";
        }
    }

    /// <summary>The text of one part of a value; the error's name if reading the part fails.</summary>
    public static string Of(Column column, object item, int depth)
    {
        try
        {
            return Of(column.Read(item), depth);
        }
        catch (Exception error) when (Excerpt.IsOfTheValue(error))
        {
            return $"({error.GetType().Name})";
        }
    }

    /// <summary>The text of the first items of a sequence or dictionary. From depth 3 on, the text is only the type and the count.</summary>
    public static string Of(Excerpt excerpt, int depth)
    {
        if (depth >= MaxDepth)
            return excerpt.Count is { } count ? string.Create(CultureInfo.InvariantCulture, $"{TypeName(excerpt.Type)} ({count:N0})") : TypeName(excerpt.Type);
        var items = excerpt.Items.Select(item => excerpt.IsDictionary && Column.Pair(item) is var (key, value) ? $"{Of(key, depth + 1)}: {Of(value, depth + 1)}" : Of(item, depth + 1));
        string[] rest = excerpt switch
        {
            { Failure: { } error } => [$"... ({error.GetType().Name})"],
            { IsCut: true, Count: { } count } => [string.Create(CultureInfo.InvariantCulture, $"... ({count:N0} items)")],
            { IsCut: true } => ["..."],
            _ => [],
        };
        return $"[ {string.Join(", ", items.Concat(rest))} ]";
    }

    /// <summary>
    /// The message of an exception, in at most 10,000 characters. An exception's class may give no message, throw while it makes one, or make a very
    /// long one, and the error must be told all the same.
    /// </summary>
    public static string Message(Exception error)
    {
        try
        {
            // An AggregateException makes its message of all inner messages. That may never end.
            return error is AggregateException several ? string.Create(CultureInfo.InvariantCulture, $"{several.InnerExceptions.Count:N0} errors occurred.")
                : CutWithCount(error.Message ?? "(no message)", MaxMessage);
        }
        catch (Exception thrown)
        {
            return $"(its message cannot be read: {TypeName(thrown.GetType())})";
        }
    }

    // This does not call the ToString of types that print what they hold, such as records: if a value contains itself, that call never ends.
    private static string Describe(object? value, int depth) => value switch
    {
        null => "<null>",
        DBNull => "<DBNull>",
        string text => text,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture) ?? "",
        Type type => TypeName(type),
        Task task => $"{TypeName(task.GetType())} ({task.Status}; await it to see what it gives)",
        JsonDocument json => json.RootElement.ToString(),
        Excerpt items => Of(items, depth - 1), // These are the items of a sequence that also has other parts.
        _ when depth > 0 && ConventionFormatter.Summary(value) is { } summary => summary,
        _ when DataTables.Summary(value) is { } summary => summary,
        _ when PlotlyNet.IsChart(value.GetType()) => "Plotly chart",
        Exception error => depth == 0 && IsShort(error) ? error.ToString() ?? "" : $"{TypeName(error.GetType())}: {Message(error)}",
        _ when Column.PrintsItself(value.GetType()) && !Column.PrintsParts(value.GetType()) => value.ToString() ?? "",
        IEnumerable items when Column.BesideItems(value.GetType()).Count == 0 => Of(Excerpt.Of(items), depth),
        _ when AsyncSequence(value.GetType()) is { } sequence => $"{TypeName(sequence)} (await foreach reads it)",
        _ when depth < MaxDepth && Column.Of(value) is { Count: > 0 } columns => OfParts(value, columns, depth),
        _ => TypeName(value.GetType()),
    };

    private static string OfParts(object value, IReadOnlyList<Column> columns, int depth)
    {
        var texts = columns.Take(Column.Max).Select(column => Of(column, value, depth + 1));
        string[] rest = columns.Count > Column.Max ? ["..."] : [];
        return value switch
        {
            ITuple => $"({string.Join(", ", texts.Concat(rest))})",
            _ when Column.IsPair(value.GetType()) => $"[{string.Join(", ", texts)}]",
            _ when columns.Count == 2 && Column.GroupOf(value.GetType()) is not null => string.Join(": ", texts),
            _ => $"{RecordName(value.GetType())}{{ {string.Join(", ", columns.Zip(texts, (column, text) => $"{column.Name} = {text}").Concat(rest))} }}",
        };
    }

    // The ToString of an exception also prints its inner exceptions. These may be thousands, or a circle that never ends.
    private static bool IsShort(Exception error)
    {
        var left = new Stack<Exception>([error]);
        for (var found = 0; left.TryPop(out var next); found++)
        {
            if (found == MaxErrors)
                return false;
            foreach (var inner in next is AggregateException several ? several.InnerExceptions.Take(MaxErrors) : new[] { next.InnerException }.OfType<Exception>())
                left.Push(inner);
        }
        return true;
    }

    /// <summary>The type as C# writes it, without namespaces: <c>Dictionary&lt;string, int[]&gt;</c>.</summary>
    public static string TypeName(Type type)
    {
        if (type.IsArray)
            return $"{TypeName(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return TypeName(underlying) + "?";
        if (type.Name.StartsWith("<>", StringComparison.Ordinal))
            return type.Name.Contains("AnonymousType", StringComparison.Ordinal) ? "anonymous type" : "sequence";
        var name = type.Name.Split('`')[0];
        if (type.IsGenericType)
            return $"{name}<{string.Join(", ", type.GetGenericArguments().Select(TypeName))}>";
        return type.IsEnum ? name : Type.GetTypeCode(type) switch
        {
            TypeCode.Boolean => "bool",
            TypeCode.Byte => "byte",
            TypeCode.SByte => "sbyte",
            TypeCode.Char => "char",
            TypeCode.Decimal => "decimal",
            TypeCode.Double => "double",
            TypeCode.Single => "float",
            TypeCode.Int16 => "short",
            TypeCode.Int32 => "int",
            TypeCode.Int64 => "long",
            TypeCode.UInt16 => "ushort",
            TypeCode.UInt32 => "uint",
            TypeCode.UInt64 => "ulong",
            TypeCode.String => "string",
            _ => type == typeof(object) ? "object" : name,
        };
    }

    /// <summary>A message of libtorch without the native stack trace that libtorch adds. This stack trace begins with "Exception raised from".</summary>
    public static string WithoutNativeStack(string message) => message.Split("\nException raised from ")[0];

    public static string Cut(string text, int length) =>
        text.Length <= length ? text : $"{text.AsSpan(0, char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)}...";

    private static string CutWithCount(string text, int length) =>
        text.Length <= length ? text : string.Create(CultureInfo.InvariantCulture, $"{Cut(text, length)} ({text.Length:N0} characters)");

    private static string RecordName(Type type) => type.Name.StartsWith('<') ? "" : TypeName(type) + " ";

    private static Type? AsyncSequence(Type type) =>
        type.GetInterfaces().FirstOrDefault(candidate => candidate.IsGenericType && candidate.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>));
}
