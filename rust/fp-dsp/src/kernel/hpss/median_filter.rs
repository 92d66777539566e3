//! Running medians of 31 by sorting networks, sixteen windows and sixteen lanes at a time.
//!
//! Sixteen neighbouring windows of 31 span 46 rows and share the 16 in the middle. That core is sorted
//! once; half of the windows share 8 more rows, a quarter 4 more, a pair 2 more, and each window has one row
//! of its own. After each merge only the ranks that can still be a median are kept, so that a median
//! costs about 30 minima and maxima and no branch. Method: A. Adams, "Fast median filters using
//! separable sorting networks", ACM Trans. Graph. 40(4), 2021. Networks: Knuth, TAOCP vol. 3, 5.3.4.

/// Rows of one window.
pub const WINDOW: usize = 31;
/// Rows on either side of a window's centre.
pub const HALF_WINDOW: usize = WINDOW / 2;
/// Neighbouring windows that are computed together.
pub const OUTPUTS: usize = 16;
/// Rows that those windows span.
pub const SPAN: usize = WINDOW + OUTPUTS - 1;
/// Independent columns of a row.
pub const LANES: usize = 16;
/// One row.
pub type Lanes = [i16; LANES];

/// `medians[w][lane]` = median over r of `span[w + r][lane]`, r = 0 … 30.
///
/// To be inlined into functions that are compiled for several vector sizes.
#[inline(always)]
pub fn medians(span: &[Lanes; SPAN], medians: &mut [Lanes; OUTPUTS]) {
    // The loop over lanes is the one that becomes SIMD: its body is straight-line code.
    for lane in 0..LANES {
        let mut column = [0; SPAN];
        for (value, row) in column.iter_mut().zip(span) {
            *value = row[lane];
        }
        let mut result = [0; OUTPUTS];
        column_medians(&column, &mut result);
        for (row, value) in medians.iter_mut().zip(result) {
            row[lane] = value;
        }
    }
}

/// Compares and exchanges pairs of `$values` in the given order.
macro_rules! exchange {
    ($values:ident, $(($low:literal $high:literal))*) => { $(
        let (low, high) = ($values[$low].min($values[$high]), $values[$low].max($values[$high]));
        $values[$low] = low;
        $values[$high] = high;
    )* };
}

#[inline(always)]
fn column_medians(x: &[i16; SPAN], result: &mut [i16; OUTPUTS]) {
    let core = sort_16([
        x[15], x[16], x[17], x[18], x[19], x[20], x[21], x[22], x[23], x[24], x[25], x[26], x[27], x[28], x[29], x[30],
    ]);
    let above = [x[7], x[8], x[9], x[10], x[11], x[12], x[13], x[14]];
    let below = [x[31], x[32], x[33], x[34], x[35], x[36], x[37], x[38]];
    half::<0>(x, merge_8(core, sort_8(above)), result);
    half::<8>(x, merge_8(core, sort_8(below)), result);
}

/// Windows `W..W + 8`; `kept`: ranks 8 … 15 of the 24 rows they share.
#[inline(always)]
fn half<const W: usize>(x: &[i16; SPAN], kept: [i16; 8], result: &mut [i16; OUTPUTS]) {
    let above = sort_4([x[W + 3], x[W + 4], x[W + 5], x[W + 6]]);
    let below = sort_4([x[W + 31], x[W + 32], x[W + 33], x[W + 34]]);
    quarter(x, W, merge_4(kept, above), result);
    quarter(x, W + 4, merge_4(kept, below), result);
}

/// Windows `w..w + 4`; `kept`: ranks 12 … 15 of the 28 rows they share.
#[inline(always)]
fn quarter(x: &[i16; SPAN], w: usize, kept: [i16; 4], result: &mut [i16; OUTPUTS]) {
    pair(x, w, merge_2(kept, x[w + 1], x[w + 2]), result);
    pair(x, w + 2, merge_2(kept, x[w + 31], x[w + 32]), result);
}

/// Windows `w` and `w + 1`; `kept`: ranks 14 and 15 of the 30 rows they share.
#[inline(always)]
fn pair(x: &[i16; SPAN], w: usize, kept: [i16; 2], result: &mut [i16; OUTPUTS]) {
    result[w] = x[w].max(kept[0]).min(kept[1]);
    result[w + 1] = x[w + 31].max(kept[0]).min(kept[1]);
}

/// Ranks 8 … 15 of the 24 values of two sorted runs: a half-cleaner drops the upper 8, another the
/// lower 8, and what is left is bitonic.
#[inline(always)]
fn merge_8(a: [i16; 16], b: [i16; 8]) -> [i16; 8] {
    let mut kept = [0; 8];
    for i in 0..8 {
        kept[i] = a[i].max(a[i + 8].min(b[7 - i]));
    }
    exchange!(kept, (0 4)(1 5)(2 6)(3 7) (0 2)(1 3)(4 6)(5 7) (0 1)(2 3)(4 5)(6 7));
    kept
}

/// Ranks 4 … 7 of the 12 values of two sorted runs.
#[inline(always)]
fn merge_4(a: [i16; 8], b: [i16; 4]) -> [i16; 4] {
    let mut kept = [0; 4];
    for i in 0..4 {
        kept[i] = a[i].max(a[i + 4].min(b[3 - i]));
    }
    exchange!(kept, (0 2)(1 3) (0 1)(2 3));
    kept
}

/// Ranks 2 and 3 of a sorted run of 4 and two more values.
#[inline(always)]
fn merge_2(a: [i16; 4], b: i16, c: i16) -> [i16; 2] {
    let (low, high) = (b.min(c), b.max(c));
    let (x, y) = (a[0].max(a[2].min(high)), a[1].max(a[3].min(low)));
    [x.min(y), x.max(y)]
}

#[inline(always)]
fn sort_4(mut v: [i16; 4]) -> [i16; 4] {
    exchange!(v, (0 1)(2 3) (0 2)(1 3) (1 2));
    v
}

#[inline(always)]
fn sort_8(mut v: [i16; 8]) -> [i16; 8] {
    exchange!(v,
        (0 1)(2 3)(4 5)(6 7) (0 2)(1 3)(4 6)(5 7) (1 2)(5 6)
        (0 4)(1 5)(2 6)(3 7) (2 4)(3 5) (1 2)(3 4)(5 6));
    v
}

/// Green's network of 60 exchanges.
#[inline(always)]
fn sort_16(mut v: [i16; 16]) -> [i16; 16] {
    exchange!(v,
        (0 1)(2 3)(4 5)(6 7)(8 9)(10 11)(12 13)(14 15)
        (0 2)(1 3)(4 6)(5 7)(8 10)(9 11)(12 14)(13 15)
        (0 4)(1 5)(2 6)(3 7)(8 12)(9 13)(10 14)(11 15)
        (0 8)(1 9)(2 10)(3 11)(4 12)(5 13)(6 14)(7 15)
        (5 10)(6 9)(3 12)(13 14)(4 8)(7 11)(1 2)
        (1 4)(7 13)(2 8)(11 14)
        (2 4)(5 6)(9 10)(11 13)(3 8)(7 12)
        (6 8)(10 12)(3 5)(7 9)
        (3 4)(5 6)(7 8)(9 10)(11 12)
        (6 7)(8 9));
    v
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Bits of `pattern` as values 0 and 1.
    fn zeros_and_ones<const N: usize>(pattern: u32) -> [i16; N] {
        std::array::from_fn(|i| (pattern >> i & 1) as i16)
    }

    #[test]
    fn networks_sort_every_sequence_of_zeros_and_ones() {
        // By the zero-one principle they then sort everything.
        for pattern in 0..1 << 16 {
            assert!(sort_16(zeros_and_ones(pattern)).is_sorted());
            assert!(sort_8(zeros_and_ones(pattern)).is_sorted());
            assert!(sort_4(zeros_and_ones(pattern)).is_sorted());
        }
    }

    proptest! {
        #[test]
        fn medians_match_sorting_each_window(
            values in prop::collection::vec(any::<i16>(), SPAN * LANES),
            distinct in prop::sample::select(vec![2_i16, 5, 40, i16::MAX]),
        ) {
            let mut span = [[0; LANES]; SPAN];
            for (index, value) in values.into_iter().enumerate() {
                span[index / LANES][index % LANES] = value % distinct;
            }
            let mut found = [[0; LANES]; OUTPUTS];
            medians(&span, &mut found);
            for (window, row) in found.iter().enumerate() {
                for (lane, &median) in row.iter().enumerate() {
                    let mut sorted: Vec<i16> = span[window..window + WINDOW].iter().map(|r| r[lane]).collect();
                    sorted.sort_unstable();
                    prop_assert_eq!(median, sorted[HALF_WINDOW]);
                }
            }
        }
    }
}
