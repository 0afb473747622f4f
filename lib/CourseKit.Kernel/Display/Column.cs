using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace CourseKit.Kernel.Display;

/// <summary>One part of a value, such as a property: its name, and a function that reads it from a value.</summary>
internal sealed record Column(string Name, Func<object, object?> Read)
{
    public const int Max = 20;
    private const BindingFlags Members = BindingFlags.Public | BindingFlags.Instance;
    private static readonly string? Framework = Path.GetDirectoryName(typeof(object).Assembly.Location);

    /// <summary>
    /// The parts of a value that are displayed. A tuple shows its items. A key-value pair, a record or an anonymous type shows its properties. Any
    /// other object shows its properties and fields. These have no parts: types with their own ToString, types of .NET (streams, tasks), sequences,
    /// delegates, and disposable objects that are not records.
    /// </summary>
    public static IReadOnlyList<Column> Of(object value)
    {
        var type = value.GetType();
        if (value is ITuple tuple)
            return [.. Enumerable.Range(0, tuple.Length).Select(i => new Column(string.Create(CultureInfo.InvariantCulture, $"Item{i + 1}"), item => ((ITuple)item)[i]))];
        if (IsPair(type))
            return [.. Properties(type)];
        if (PrintsItself(type))
            return [];
        return IsRecord(type) ? [.. Properties(type)] : IsPlain(value) ? [.. Properties(type), .. Fields(type)] : [];
    }

    public static bool IsPair(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>);

    /// <summary>The key and the value of a dictionary's item. An item that is not a pair counts as a key with the value null.</summary>
    public static (object? Key, object? Value) Pair(object? item) => item switch
    {
        DictionaryEntry entry => (entry.Key, entry.Value),
        not null when IsPair(item.GetType()) && Of(item) is [var key, var value] => (key.Read(item), value.Read(item)),
        _ => (item, null),
    };

    public static bool IsDictionary(IEnumerable items) => items is IDictionary || items.GetType().GetInterfaces().Any(type =>
        type.IsGenericType && type.GetGenericTypeDefinition() is var generic && (generic == typeof(IDictionary<,>) || generic == typeof(IReadOnlyDictionary<,>)));

    /// <summary>Whether the type overrides ToString. The ToString that the compiler writes for records and anonymous types does not count.</summary>
    public static bool PrintsItself(Type type)
    {
        var method = ToStringOf(type);
        return method.DeclaringType != typeof(object) && method.DeclaringType != typeof(ValueType) && !IsRecord(type);
    }

    private static MethodInfo ToStringOf(Type type) => type.GetMethod(nameof(ToString), Type.EmptyTypes)!;

    private static bool IsRecord(Type type) => ToStringOf(type) is var method
        && (method.IsDefined(typeof(CompilerGeneratedAttribute)) || method.DeclaringType!.IsDefined(typeof(CompilerGeneratedAttribute)));

    private static bool IsPlain(object value) => value is not (IDisposable or IAsyncDisposable or Delegate or IEnumerable)
        && !value.GetType().Name.StartsWith('<') && (value.GetType().Assembly is { IsDynamic: true } or { Location: "" } || Path.GetDirectoryName(value.GetType().Assembly.Location) != Framework);

    private static IEnumerable<Column> Properties(Type type) => type.GetProperties(Members)
        .Where(property => property.GetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0 && !property.PropertyType.IsByRefLike)
        .Select(property => new Column(property.Name, item => property.GetValue(item, BindingFlags.DoNotWrapExceptions, null, null, null)));

    private static IEnumerable<Column> Fields(Type type) => type.GetFields(Members).Select(field => new Column(field.Name, field.GetValue));
}
