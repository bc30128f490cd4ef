import { CatalogueEntry } from '../../http/catalogue.ts';
import { ProductViews, ViewCounted } from '../../http/product-views.ts';
import { Product, ProductList } from '../../http/products.ts';
import { TopProducts, TopProductsQuery } from '../../http/sales.ts';
import { type Operation } from '../operation.ts';
import { queryParameters, skuParameter, viewKeyParameter } from '../parameters.ts';

const tag = 'catalogue';

export const catalogueOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/products',
    operationId: 'listProducts',
    tag,
    summary: 'Lists the catalogue',
    success: { status: 200, schema: ProductList },
    isShared: true,
    problems: ['InvalidRequest'],
  },
  {
    method: 'get',
    path: '/v1/products/{sku}',
    operationId: 'readProduct',
    tag,
    summary: 'Reads a product with its stock',
    parameters: [skuParameter],
    success: { status: 200, schema: Product },
    isShared: true,
    problems: ['InvalidRequest'],
  },
  {
    method: 'post',
    path: '/v1/products/{sku}/views',
    operationId: 'countView',
    tag,
    summary: 'Counts a view of a product; acknowledged when it is stored in the write-behind log',
    parameters: [skuParameter, viewKeyParameter],
    success: { status: 202, schema: ViewCounted },
    problems: ['InvalidView'],
  },
  {
    method: 'get',
    path: '/v1/products/{sku}/views',
    operationId: 'readViews',
    tag,
    summary: 'Reads how often a product was viewed',
    parameters: [skuParameter],
    success: { status: 200, schema: ProductViews },
    problems: ['InvalidView'],
  },
  {
    method: 'get',
    path: '/v1/catalogue/{sku}',
    operationId: 'readCatalogueEntry',
    tag,
    summary: 'Reads a product of the catalogue from the shard that holds its range of skus',
    parameters: [skuParameter],
    success: { status: 200, schema: CatalogueEntry },
    problems: ['InvalidRequest'],
  },
  {
    method: 'get',
    path: '/v1/sales/top-products',
    operationId: 'listTopProducts',
    tag,
    summary: 'Lists the best-selling products of confirmed orders',
    parameters: queryParameters(TopProductsQuery),
    success: { status: 200, schema: TopProducts },
    isShared: true,
    problems: ['InvalidRequest'],
  },
];
